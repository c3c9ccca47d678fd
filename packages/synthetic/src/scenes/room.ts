import type { Random } from '@limber/keypoints';
import type { Vec3 } from '../geometry/vector.ts';
import type { Color } from '../rendering/color.ts';
import { colorOfHsv, mixColors, scaleColor } from '../rendering/color.ts';

/** How a floor is laid. Sizes in metres. */
export interface Floor {
  readonly kind: 'boards' | 'tiles' | 'speckled' | 'carpet' | 'concrete' | 'grass';
  readonly color: Color;
  readonly second: Color;
  readonly size: number;
  readonly turn: number;
  readonly seed: number;
  /** A mat under the person: half sizes, or none. */
  readonly mat: { readonly x: number; readonly z: number; readonly color: Color } | null;
}

/** How a wall is finished. Sizes in metres. */
export interface Wall {
  readonly kind: 'plain' | 'bricks' | 'panels' | 'tiles' | 'two-tone' | 'mottled';
  readonly color: Color;
  readonly second: Color;
  readonly size: number;
  readonly seed: number;
  readonly hangings: readonly Hanging[];
}

/** A poster, window, door or sign on a wall: place of its middle and half size, metres. */
export interface Hanging {
  readonly shape: 'rectangle' | 'round' | 'window' | 'stripes';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: Color;
  readonly second: Color;
}

/** What is around a person. The wall is upright; outdoors there is none, and the sky is seen. */
export interface Room {
  readonly floor: Floor;
  readonly wall: Wall | null;
  /** A point of the wall and the horizontal unit direction out of it. */
  readonly wallPoint: Vec3;
  readonly wallNormal: Vec3;
  readonly sky: readonly [horizon: Color, zenith: Color];
  readonly hills: { readonly color: Color; readonly height: number; readonly seed: number };
}

/**
 * Draws a room or an open place.
 *
 * @param view - horizontal unit direction in which the camera looks.
 */
export function createRoom(random: Random, view: Vec3): Room {
  const isOutdoors = random.chance(0.22);
  const distance = random.uniform(0.9, 4.5);
  const turn = random.uniform(-0.6, 0.6);
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const wallNormal: Vec3 = [-(view[0] * cos + view[2] * sin), 0, -(view[2] * cos - view[0] * sin)];
  return {
    floor: createFloor(random.fork('floor'), isOutdoors),
    wall: isOutdoors ? null : createWall(random.fork('wall')),
    wallPoint: [-wallNormal[0] * distance, 0, -wallNormal[2] * distance],
    wallNormal,
    sky: [
      colorOfHsv(random.uniform(0.52, 0.62), random.uniform(0.05, 0.3), random.uniform(0.75, 1)),
      colorOfHsv(random.uniform(0.55, 0.65), random.uniform(0.2, 0.7), random.uniform(0.5, 0.95)),
    ],
    hills: {
      color: colorOfHsv(
        random.uniform(0.2, 0.6),
        random.uniform(0.1, 0.5),
        random.uniform(0.15, 0.5),
      ),
      height: random.uniform(0.02, 0.3),
      seed: random.integer(1, 1_000_000),
    },
  };
}

function createFloor(random: Random, isOutdoors: boolean): Floor {
  const kind = isOutdoors
    ? random.pick(['grass', 'grass', 'concrete', 'tiles'] as const)
    : random.pick([
        'boards',
        'boards',
        'tiles',
        'speckled',
        'speckled',
        'carpet',
        'concrete',
      ] as const);
  const color = floorColor(random, kind);
  const mat = {
    x: random.uniform(0.35, 0.9),
    z: random.uniform(0.35, 0.9),
    color: colorOfHsv(random.uniform(), random.uniform(0, 0.7), random.uniform(0.15, 0.7)),
  };
  return {
    kind,
    color,
    second: mixColors(scaleColor(color, random.uniform(0.3, 1.6)), randomColor(random), 0.15),
    size: random.uniform(0.08, 0.5),
    turn: random.uniform(0, Math.PI),
    seed: random.integer(1, 1_000_000),
    mat: random.chance(0.35) ? mat : null,
  };
}

function floorColor(random: Random, kind: Floor['kind']): Color {
  switch (kind) {
    case 'boards':
      return colorOfHsv(
        random.uniform(0.05, 0.11),
        random.uniform(0.25, 0.65),
        random.uniform(0.3, 0.8),
      );
    case 'grass':
      return colorOfHsv(
        random.uniform(0.2, 0.32),
        random.uniform(0.3, 0.6),
        random.uniform(0.3, 0.55),
      );
    case 'speckled':
      return colorOfHsv(random.uniform(), random.uniform(0, 0.15), random.uniform(0.1, 0.35));
    case 'tiles':
    case 'concrete':
      return colorOfHsv(random.uniform(), random.uniform(0, 0.15), random.uniform(0.35, 0.85));
    case 'carpet':
      return colorOfHsv(random.uniform(), random.uniform(0.1, 0.6), random.uniform(0.2, 0.7));
  }
}

function createWall(random: Random): Wall {
  const kind = random.pick([
    'plain',
    'plain',
    'bricks',
    'panels',
    'tiles',
    'two-tone',
    'mottled',
  ] as const);
  const color =
    kind === 'bricks' && random.chance(0.6)
      ? colorOfHsv(random.uniform(0, 0.06), random.uniform(0.3, 0.6), random.uniform(0.35, 0.65))
      : colorOfHsv(random.uniform(), random.uniform(0, 0.4), random.uniform(0.25, 0.95));
  return {
    kind,
    color,
    second: mixColors(scaleColor(color, random.uniform(0.5, 1.3)), randomColor(random), 0.2),
    size: random.uniform(0.12, 0.6),
    seed: random.integer(1, 1_000_000),
    hangings: Array.from({ length: random.integer(0, 7) }, () => createHanging(random)),
  };
}

function createHanging(random: Random): Hanging {
  return {
    shape: random.pick(['rectangle', 'rectangle', 'round', 'window', 'stripes'] as const),
    x: random.uniform(-3, 3),
    y: random.uniform(0.2, 2.6),
    width: random.uniform(0.1, 0.8),
    height: random.uniform(0.1, 0.9),
    color: randomColor(random),
    second: randomColor(random),
  };
}

function randomColor(random: Random): Color {
  return colorOfHsv(random.uniform(), random.uniform(0, 0.9), random.uniform(0.05, 1));
}
