import type { Size } from '@limber/keypoints';
import type { Renderer } from '../rendering/renderer.ts';
import type { Surface } from './keypoints.ts';
import { partsPerOwner } from './studio.ts';

/** How many samples a pixel has along each side. */
export const samplesPerSide = 2;

/** The place of an image pixel in samples, along either side: the sample at an integer has its center there. */
export function toSamples(imagePx: number): number {
  return imagePx * samplesPerSide + (samplesPerSide - 1) / 2;
}

/** The image pixel of a sample, along either side. */
export function toImagePx(sample: number): number {
  return (sample - (samplesPerSide - 1) / 2) / samplesPerSide;
}

/** The nearest surface at the sample nearest to an image pixel; null where nothing was drawn. */
export function surfaceAt(
  { depths, nearest, mesh }: Renderer,
  { width, height }: Size,
  { x, y }: { readonly x: number; readonly y: number },
): Surface | null {
  const columns = width * samplesPerSide;
  const rows = height * samplesPerSide;
  const column = Math.min(columns - 1, Math.max(0, Math.round(toSamples(x))));
  const row = Math.min(rows - 1, Math.max(0, Math.round(toSamples(y))));
  const at = row * columns + column;
  const inverse = depths[at]!;
  if (inverse === 0) return null;
  const part = mesh.partOf(nearest[at]!);
  return {
    depth: 1 / inverse,
    part: part % partsPerOwner,
    owner: Math.floor(part / partsPerOwner),
  };
}
