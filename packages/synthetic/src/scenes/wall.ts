import type { Random } from '@limber/keypoints';
import type { Color } from '../rendering/color.ts';
import { colorOfHsv, mixColors, randomColor, scaleColor } from '../rendering/color.ts';

/** Every kind of wall, by its number in `assembly/wall.ts`, as often as it is drawn. */
const finishes = [30, 30, 31, 32, 33, 34, 35, 36, 36, 37] as const;
const bricks = 31;
const clutter = 36;
const leaves = 37;

/** A poster, window, door or sign on a wall: place of its middle and half size, metres. */
interface Hanging {
  /** A frame, a disc, a window or stripes. */
  readonly shape: 0 | 1 | 2 | 3;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: Color;
  readonly second: Color;
}

/** A wall of a room, or what stands like one: full shelves, a hedge. Sizes in metres. */
export interface Wall {
  readonly kind: number;
  readonly color: Color;
  readonly second: Color;
  /** About the size of its pattern. */
  readonly size: number;
  readonly seed: number;
  readonly hangings: readonly Hanging[];
}

/** Draws a wall and what hangs on it. */
export function createWall(random: Random): Wall {
  const kind = random.pick(finishes);
  const color = drawColor(random, kind);
  const isPlain = kind < clutter;
  return {
    kind,
    color,
    second: mixColors(scaleColor(color, random.uniform(0.5, 1.3)), randomColor(random), 0.2),
    size: kind === leaves ? random.uniform(0.4, 1.5) : random.uniform(0.12, 0.6),
    seed: random.integer(1, 1_000_000),
    hangings: Array.from({ length: isPlain ? random.integer(0, 7) : 0 }, () =>
      createHanging(random),
    ),
  };
}

function drawColor(random: Random, kind: number): Color {
  if (kind === bricks && random.chance(0.6)) {
    return colorOfHsv(
      random.uniform(0, 0.06),
      random.uniform(0.3, 0.6),
      random.uniform(0.35, 0.65),
    );
  }
  if (kind === leaves) {
    return colorOfHsv(
      random.uniform(0.15, 0.4),
      random.uniform(0.2, 0.7),
      random.uniform(0.3, 0.7),
    );
  }
  return colorOfHsv(random.uniform(), random.uniform(0, 0.4), random.uniform(0.25, 0.95));
}

function createHanging(random: Random): Hanging {
  return {
    shape: random.pick([0, 0, 1, 2, 3] as const),
    x: random.uniform(-3, 3),
    y: random.uniform(0.2, 2.6),
    width: random.uniform(0.1, 0.8),
    height: random.uniform(0.1, 0.9),
    color: randomColor(random),
    second: randomColor(random),
  };
}

/** Writes a wall as `assembly/wall.ts` reads it. @param hangingsAt - where {@link hangingNumbers} lie. */
export function writeWall(wall: Wall, hangingsAt: number, out: Float32Array): void {
  const { kind, color, second, size, seed, hangings } = wall;
  out.fill(0);
  out.set([...color, kind, ...second, seed, size]);
  out[30] = hangings.length;
  new Uint32Array(out.buffer, out.byteOffset, out.length)[31] = hangingsAt;
}

/** What hangs on a wall, as numbers. */
export function hangingNumbers({ hangings }: Wall): number[] {
  return hangings.flatMap(({ shape, x, y, width, height, color, second }) => [
    shape,
    x,
    y,
    width,
    height,
    ...color,
    ...second,
    0,
  ]);
}
