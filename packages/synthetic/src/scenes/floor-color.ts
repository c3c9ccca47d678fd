import { hashCell, layeredNoise, valueNoise } from '../rendering/noise.ts';
import type { Floor } from './room.ts';

/**
 * Writes the colour of a floor into `out`, linear light.
 *
 * @param x - metres from the middle of the person, with `z`.
 * @param pixel - metres that a pixel covers there: finer detail fades out.
 */
export function paintFloor(
  floor: Floor,
  x: number,
  z: number,
  pixel: number,
  out: Float32Array,
): void {
  const { mat } = floor;
  if (mat !== null && Math.abs(x) < mat.x && Math.abs(z) < mat.z) {
    const grain = 0.93 + 0.14 * fade(valueNoise(x * 60, z * 60, floor.seed), 0.02, pixel);
    set(out, mat.color, grain);
    return;
  }
  const cos = Math.cos(floor.turn);
  const sin = Math.sin(floor.turn);
  const u = x * cos + z * sin;
  const v = z * cos - x * sin;
  const wear = 0.85 + 0.3 * layeredNoise(u * 1.3, v * 1.3, floor.seed + 3);
  switch (floor.kind) {
    case 'boards': {
      const width = 0.06 + floor.size * 0.3;
      const board = Math.floor(u / width);
      const length = 0.9 + hashCell(board, 5, floor.seed);
      const piece = Math.floor(v / length + hashCell(board, 9, floor.seed));
      const tone = 0.75 + 0.5 * hashCell(board, piece, floor.seed);
      const grain = 0.9 + 0.2 * fade(valueNoise(u * 90, v * 4, floor.seed), 0.012, pixel);
      const joint = gap(u / width, 0.006 / width, pixel / width);
      set(out, floor.color, wear * tone * grain * (1 - 0.6 * joint));
      return;
    }
    case 'tiles': {
      const size = 0.2 + floor.size;
      const tone = 0.93 + 0.14 * hashCell(Math.floor(u / size), Math.floor(v / size), floor.seed);
      const joint = Math.max(
        gap(u / size, 0.012 / size, pixel / size),
        gap(v / size, 0.012 / size, pixel / size),
      );
      set(out, floor.color, wear * tone);
      blend(out, floor.second, joint * 0.8);
      return;
    }
    case 'speckled': {
      const speck = hashCell(Math.floor(u * 70), Math.floor(v * 70), floor.seed) > 0.9 ? 1 : 0;
      set(out, floor.color, wear);
      blend(out, floor.second, fade(speck, 0.02, pixel, 0.1) * 0.7);
      return;
    }
    case 'carpet':
    case 'grass': {
      const fine = fade(valueNoise(u * 55, v * 55, floor.seed), 0.02, pixel);
      const patch = layeredNoise(u * (2 + floor.size * 8), v * (2 + floor.size * 8), floor.seed);
      set(out, floor.color, wear * (0.7 + 0.6 * fine));
      blend(out, floor.second, patch * 0.45);
      return;
    }
    case 'concrete':
      set(out, floor.color, wear * (0.8 + 0.4 * layeredNoise(u * 6, v * 6, floor.seed)));
  }
}

/** 1 in the gap at the edge of every cell, softened by the size of a pixel. Cells have size 1. */
export function gap(place: number, width: number, pixel: number): number {
  const distance = Math.abs(place - Math.round(place));
  const soft = Math.max(pixel, 1e-4);
  const reach = Math.min(1, Math.max(0, (width / 2 + soft / 2 - distance) / soft));
  return reach * Math.min(1, width / soft + 0.15);
}

/** Detail of a given size, replaced by its mean where a pixel covers more. */
export function fade(value: number, size: number, pixel: number, mean = 0.5): number {
  const sharpness = Math.min(1, size / pixel);
  return mean + (value - mean) * sharpness;
}

export function set(
  out: Float32Array,
  color: readonly [number, number, number],
  factor: number,
): void {
  out[0] = color[0] * factor;
  out[1] = color[1] * factor;
  out[2] = color[2] * factor;
}

export function blend(
  out: Float32Array,
  color: readonly [number, number, number],
  share: number,
): void {
  out[0] = out[0]! + (color[0] - out[0]!) * share;
  out[1] = out[1]! + (color[1] - out[1]!) * share;
  out[2] = out[2]! + (color[2] - out[2]!) * share;
}
