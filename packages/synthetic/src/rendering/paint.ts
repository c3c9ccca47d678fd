import { blendColor, dimColor, setColor } from './color.ts';
import { paintFace } from './face.ts';
import type { Material } from './material.ts';
import { valueNoise } from './noise.ts';
import type { TexturePlace } from './texture-place.ts';

/** Writes the color of a material at a place into `out`, linear light. */
export function paint(material: Material, place: TexturePlace, out: Float32Array): void {
  const { color, pattern, face, folds, seed } = material;
  const { u, v } = place;
  setColor(out, color, 1);
  if (pattern !== null) blendColor(out, pattern.color, pattern.coverAt(u, v, seed));
  if (face !== null) paintFace(face, place, out);
  if (folds === 0) return;
  const wave = valueNoise(u * 9 + v * 6, v * 11 - u * 5, seed) - 0.5;
  const fine = valueNoise(u * 60, v * 90, seed + 7) - 0.5;
  dimColor(out, 1 + folds * (0.75 * wave + 0.25 * fine));
}
