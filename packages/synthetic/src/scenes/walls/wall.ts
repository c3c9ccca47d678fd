import type { Random } from '@limber/keypoints';
import type { Color } from '../../rendering/color.ts';
import {
  blendColor,
  colorOfHsv,
  mixColors,
  randomColor,
  scaleColor,
  setColor,
} from '../../rendering/color.ts';
import { hashCell, layeredNoise, valueNoise } from '../../rendering/noise.ts';
import type { SurfacePoint } from '../surface-point.ts';
import { fade, gap, sharpness } from '../surface-point.ts';
import type { Hanging } from './hanging.ts';
import { createHanging, paintHanging } from './hanging.ts';

/** A wall of a room. Sizes in metres. */
export interface Wall {
  readonly finish: Finish;
  readonly color: Color;
  readonly second: Color;
  /** About the size of its pattern. */
  readonly size: number;
  readonly seed: number;
  readonly hangings: readonly Hanging[];
}

/** Writes the color of a kind of wall at a place into `out`, linear light. */
type Finish = (wall: Wall, point: SurfacePoint, out: Float32Array) => void;

const plain: Finish = (wall, point, out) => setColor(out, wall.color, stainAt(wall, point));

const bricks: Finish = (wall, point, out) => {
  const { x, y, pixel } = point;
  const height = 0.07;
  const row = Math.floor(y / height);
  const column = x / 0.22 + (row % 2) * 0.5;
  const tone = 0.75 + 0.5 * hashCell(Math.floor(column), row, wall.seed);
  setColor(out, wall.color, stainAt(wall, point) * fade(tone, sharpness(0.1, pixel), 1));
  const mortar = Math.max(gap(y / height, 0.15, pixel / height), gap(column, 0.05, pixel / 0.22));
  blendColor(out, wall.second, mortar * 0.6);
};

const panels: Finish = (wall, point, out) => {
  const width = wall.size * 2;
  const tone = 0.9 + 0.2 * hashCell(Math.floor(point.x / width), 1, wall.seed);
  setColor(out, wall.color, stainAt(wall, point) * tone);
  const joint = gap(point.x / width, 0.02 / wall.size, point.pixel / width);
  blendColor(out, wall.second, joint * 0.8);
};

const tiles: Finish = (wall, point, out) => {
  const { x, y, pixel } = point;
  const { size, seed } = wall;
  const jointAt = (place: number): number => gap(place / size, 0.02, pixel / size);
  const tone = 0.95 + 0.1 * hashCell(Math.floor(x / size), Math.floor(y / size), seed);
  setColor(out, wall.color, stainAt(wall, point) * tone);
  blendColor(out, wall.second, Math.max(jointAt(x), jointAt(y)));
};

const twoTone: Finish = (wall, point, out) =>
  setColor(out, point.y < 0.6 + wall.size ? wall.second : wall.color, stainAt(wall, point));

const mottled: Finish = (wall, point, out) => {
  const { x, y } = point;
  const { size, seed } = wall;
  const spots = valueNoise(x / size, y / size, seed) + valueNoise(x * 7, y * 7, seed + 1);
  setColor(out, wall.color, stainAt(wall, point));
  blendColor(out, wall.second, Math.min(1, Math.max(0, spots - 0.6)));
};

/** Every kind of wall, as often as it is drawn. */
const finishes = [plain, plain, bricks, panels, tiles, twoTone, mottled] as const;

function stainAt({ seed }: Wall, { x, y }: SurfacePoint): number {
  return 0.9 + 0.2 * layeredNoise(x * 0.9, y * 0.9, seed);
}

/** Draws a wall and what hangs on it. */
export function createWall(random: Random): Wall {
  const finish = random.pick(finishes);
  const color =
    finish === bricks && random.chance(0.6)
      ? colorOfHsv(random.uniform(0, 0.06), random.uniform(0.3, 0.6), random.uniform(0.35, 0.65))
      : colorOfHsv(random.uniform(), random.uniform(0, 0.4), random.uniform(0.25, 0.95));
  return {
    finish,
    color,
    second: mixColors(scaleColor(color, random.uniform(0.5, 1.3)), randomColor(random), 0.2),
    size: random.uniform(0.12, 0.6),
    seed: random.integer(1, 1_000_000),
    hangings: Array.from({ length: random.integer(0, 7) }, () => createHanging(random)),
  };
}

/** Writes the color of a wall into `out`, linear light. */
export function paintWall(wall: Wall, point: SurfacePoint, out: Float32Array): void {
  wall.finish(wall, point, out);
  const isSkirting = point.y < 0.09;
  if (isSkirting) setColor(out, wall.second, 0.7);
  for (const hanging of wall.hangings) paintHanging(hanging, point, out);
}
