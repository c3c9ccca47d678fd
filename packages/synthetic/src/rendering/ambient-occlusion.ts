import type { Vec3 } from '../geometry/vector.ts';
import { dot } from '../geometry/vector.ts';
import type { DepthImage, Sample } from './depth-image.ts';
import { samplesPerSide } from './depth-image.ts';

/** Metres within which a surface takes light from its neighbours. */
const radius = 0.13;
const strength = 1.5;
const directions = [
  [1, 0.2],
  [-0.2, 1],
  [-1, -0.2],
  [0.2, -1],
  [0.35, 0.4],
  [-0.4, 0.35],
  [-0.35, -0.4],
  [0.4, -0.35],
] as const;

/**
 * How much of the light from everywhere reaches a sample, 0 to 1, judged by the depths around it.
 *
 * @param normal - world normal of the sample.
 */
export function occlusionAt(image: DepthImage, sample: Sample, normal: Vec3): number {
  const { column, row } = sample;
  const { right, down, forward, focal: focalPx } = image.camera;
  const depth = image.depth[row * image.width + column]!;
  const focal = focalPx * samplesPerSide;
  const reach = (radius * focal) / depth;
  const vx = dot(normal, right);
  const vy = dot(normal, down);
  const vz = dot(normal, forward);
  let blocked = 0;
  for (let index = 0; index < directions.length; index++) {
    const direction = directions[index]!;
    const x = Math.round(column + direction[0] * reach);
    const y = Math.round(row + direction[1] * reach);
    if (x < 0 || y < 0 || x >= image.width || y >= image.height) continue;
    const other = image.depth[y * image.width + x]!;
    if (other === Infinity) continue;
    const px = ((x - column) * depth) / focal;
    const py = ((y - row) * depth) / focal;
    const pz = other - depth;
    const distance = Math.sqrt(px * px + py * py + pz * pz);
    const cosine = (vx * px + vy * py + vz * pz) / (distance + 1e-6) - 0.1;
    if (cosine > 0 && distance < 3 * radius) blocked += cosine / (1 + (distance / radius) ** 2);
  }
  return Math.max(0.25, 1 - (strength * blocked) / directions.length);
}
