import type { Appearance } from '../people/appearance.ts';
import type { Material } from '../rendering/material.ts';

/** The place of every material of a person in the list that the renderer is given. */
export type Palette = Readonly<Record<keyof Appearance['materials'], number>>;

/** Lists the materials of a person, from the given place on. */
export function createPalette(appearance: Appearance, materials: Material[]): Palette {
  const entries = Object.entries(appearance.materials).map(
    ([name, material]) => [name, materials.push(material) - 1] as const,
  );
  return Object.fromEntries(entries) as Palette;
}
