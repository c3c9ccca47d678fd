import { smooth } from '../geometry/vector.ts';

/** A pseudo-random number in [0, 1) of a cell, the same for the same arguments. */
export function hashCell(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth noise in [0, 1] with features of size 1. */
export function valueNoise(x: number, y: number, seed: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const fx = smooth(x - column);
  const fy = smooth(y - row);
  const top = hashCell(column, row, seed);
  const right = hashCell(column + 1, row, seed);
  const bottom = hashCell(column, row + 1, seed);
  const corner = hashCell(column + 1, row + 1, seed);
  return top + (right - top) * fx + (bottom - top + (top - right - bottom + corner) * fx) * fy;
}

/** Noise of three sizes laid over each other, in [0, 1]. */
export function layeredNoise(x: number, y: number, seed: number): number {
  return (
    0.55 * valueNoise(x, y, seed) +
    0.3 * valueNoise(x * 2.1, y * 2.1, seed + 1) +
    0.15 * valueNoise(x * 4.3, y * 4.3, seed + 2)
  );
}
