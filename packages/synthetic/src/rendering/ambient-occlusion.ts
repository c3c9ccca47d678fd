import type { Camera } from '../scenes/camera.ts';
import type { DepthPicture } from './depth-picture.ts';
import { samplesPerSide } from './depth-picture.ts';

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
 * @param nx - world normal of the sample, with `ny` and `nz`.
 */
export function occlusionAt(
  picture: DepthPicture,
  camera: Camera,
  column: number,
  row: number,
  nx: number,
  ny: number,
  nz: number,
): number {
  const { right, down, forward } = camera;
  const depth = picture.depth[row * picture.width + column]!;
  const focal = camera.focal * samplesPerSide;
  const reach = (radius * focal) / depth;
  const vx = nx * right[0] + ny * right[1] + nz * right[2];
  const vy = nx * down[0] + ny * down[1] + nz * down[2];
  const vz = nx * forward[0] + ny * forward[1] + nz * forward[2];
  let blocked = 0;
  for (let index = 0; index < directions.length; index++) {
    const direction = directions[index]!;
    const x = Math.round(column + direction[0] * reach);
    const y = Math.round(row + direction[1] * reach);
    if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) continue;
    const other = picture.depth[y * picture.width + x]!;
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
