import type { Random } from '@limber/keypoints';
import type { Color } from '../rendering/color.ts';
import { colorOfHsv, mixColors, randomColor, scaleColor } from '../rendering/color.ts';

/** A kind of floor: its number in `assembly/floor.ts`, how often it is drawn indoors and outdoors, and hue, saturation and value. */
interface Flooring {
  readonly kind: number;
  readonly indoors: number;
  readonly outdoors: number;
  readonly hue: readonly [number, number];
  readonly saturation: readonly [number, number];
  readonly value: readonly [number, number];
}

/** Every kind of floor. */
const floorings = {
  boards: {
    kind: 20,
    indoors: 2,
    outdoors: 0,
    hue: [0.05, 0.11],
    saturation: [0.25, 0.65],
    value: [0.3, 0.8],
  },
  tiles: {
    kind: 21,
    indoors: 1,
    outdoors: 1,
    hue: [0, 1],
    saturation: [0, 0.15],
    value: [0.35, 0.85],
  },
  speckled: {
    kind: 22,
    indoors: 2,
    outdoors: 0,
    hue: [0, 1],
    saturation: [0, 0.15],
    value: [0.1, 0.35],
  },
  carpet: {
    kind: 23,
    indoors: 1,
    outdoors: 0,
    hue: [0, 1],
    saturation: [0.1, 0.6],
    value: [0.2, 0.7],
  },
  grass: {
    kind: 23,
    indoors: 0,
    outdoors: 3,
    hue: [0.17, 0.32],
    saturation: [0.3, 0.6],
    value: [0.3, 0.55],
  },
  sand: {
    kind: 23,
    indoors: 0,
    outdoors: 1,
    hue: [0.08, 0.13],
    saturation: [0.15, 0.4],
    value: [0.5, 0.85],
  },
  concrete: {
    kind: 24,
    indoors: 1,
    outdoors: 1,
    hue: [0, 1],
    saturation: [0, 0.15],
    value: [0.35, 0.85],
  },
} as const satisfies Record<string, Flooring>;

/** The floor of a room. */
export interface Floor {
  readonly kind: number;
  readonly color: Color;
  readonly second: Color;
  /** About the size of its pattern, metres. */
  readonly size: number;
  readonly seed: number;
  /** Angle of the pattern, radians. */
  readonly turn: number;
  /** A mat under the person: half sizes in metres, or none. */
  readonly mat: { readonly x: number; readonly z: number; readonly color: Color } | null;
}

/** Draws a floor. */
export function createFloor(random: Random, isOutdoors: boolean): Floor {
  const often = Object.values<Flooring>(floorings).flatMap((flooring) =>
    Array<Flooring>(isOutdoors ? flooring.outdoors : flooring.indoors).fill(flooring),
  );
  const { kind, hue, saturation, value } = random.pick(often);
  const color = colorOfHsv(
    random.uniform(...hue),
    random.uniform(...saturation),
    random.uniform(...value),
  );
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

/** Writes a floor as `assembly/floor.ts` reads it. */
export function writeFloor(floor: Floor, out: Float32Array): void {
  const { kind, color, second, size, seed, turn, mat } = floor;
  out.fill(0);
  out.set([...color, kind, ...second, seed, size]);
  out.set([Math.cos(turn), Math.sin(turn)], 27);
  if (mat === null) return;
  out.set(mat.color, 16);
  out.set([mat.x, mat.z], 29);
}
