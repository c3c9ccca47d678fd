import { hashCell, layeredNoise, valueNoise } from '../rendering/noise.ts';
import { blend, fade, gap, set } from './floor-color.ts';
import type { Hanging, Wall } from './room.ts';

/**
 * Writes the colour of a wall into `out`, linear light.
 *
 * @param x - metres along the wall.
 * @param y - metres above the floor.
 * @param pixel - metres that a pixel covers there: finer detail fades out.
 */
export function paintWall(
  wall: Wall,
  x: number,
  y: number,
  pixel: number,
  out: Float32Array,
): void {
  const stain = 0.9 + 0.2 * layeredNoise(x * 0.9, y * 0.9, wall.seed);
  const { size } = wall;
  switch (wall.kind) {
    case 'plain':
      set(out, wall.color, stain);
      break;
    case 'bricks': {
      const height = 0.07;
      const row = Math.floor(y / height);
      const column = x / 0.22 + (row % 2) * 0.5;
      const tone = 0.75 + 0.5 * hashCell(Math.floor(column), row, wall.seed);
      set(out, wall.color, stain * fade(tone, 0.1, pixel, 1));
      const mortar = Math.max(
        gap(y / height, 0.15, pixel / height),
        gap(column, 0.05, pixel / 0.22),
      );
      blend(out, wall.second, mortar * 0.6);
      break;
    }
    case 'panels': {
      const tone = 0.9 + 0.2 * hashCell(Math.floor(x / (size * 2)), 1, wall.seed);
      set(out, wall.color, stain * tone);
      blend(out, wall.second, gap(x / (size * 2), 0.02 / size, pixel / (size * 2)) * 0.8);
      break;
    }
    case 'tiles': {
      const joint = Math.max(gap(x / size, 0.02, pixel / size), gap(y / size, 0.02, pixel / size));
      set(
        out,
        wall.color,
        stain * (0.95 + 0.1 * hashCell(Math.floor(x / size), Math.floor(y / size), wall.seed)),
      );
      blend(out, wall.second, joint);
      break;
    }
    case 'two-tone':
      set(out, y < 0.6 + size ? wall.second : wall.color, stain);
      break;
    case 'mottled': {
      const spots =
        valueNoise(x / size, y / size, wall.seed) + valueNoise(x * 7, y * 7, wall.seed + 1);
      set(out, wall.color, stain);
      blend(out, wall.second, Math.min(1, Math.max(0, spots - 0.6)));
      break;
    }
  }
  if (y < 0.09) set(out, wall.second, 0.7);
  for (const hanging of wall.hangings) paintHanging(hanging, x, y, out);
}

function paintHanging(hanging: Hanging, x: number, y: number, out: Float32Array): void {
  const dx = (x - hanging.x) / hanging.width;
  const dy = (y - hanging.y) / hanging.height;
  const ax = Math.abs(dx);
  const ay = Math.abs(dy);
  if (ax > 1 || ay > 1) return;
  switch (hanging.shape) {
    case 'rectangle':
      set(out, ax > 0.92 || ay > 0.92 ? hanging.second : hanging.color, 1);
      return;
    case 'round': {
      const radius = dx * dx + dy * dy;
      if (radius < 1) set(out, radius < 0.5 ? hanging.color : hanging.second, 1);
      return;
    }
    case 'window': {
      const isFrame = ax > 0.92 || ay > 0.92 || ax < 0.05 || ay < 0.04;
      set(out, isFrame ? hanging.second : hanging.color, isFrame ? 0.8 : 1 + 0.5 * dy);
      return;
    }
    case 'stripes':
      set(out, Math.floor((dx + dy) * 4) % 2 === 0 ? hanging.color : hanging.second, 1);
  }
}
