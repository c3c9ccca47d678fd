import type { Random } from '@limber/keypoints';
import type { Color } from '../../rendering/color.ts';
import { colorOfHsv, mixColors, randomColor, scaleColor, setColor } from '../../rendering/color.ts';
import { valueNoise } from '../../rendering/noise.ts';
import type { SurfacePoint } from '../surface-point.ts';
import { fade, sharpness } from '../surface-point.ts';
import { boards } from './boards.ts';
import { carpet } from './carpet.ts';
import { concrete } from './concrete.ts';
import type { Flooring, FloorLooks } from './flooring.ts';
import { grass } from './grass.ts';
import { speckled } from './speckled.ts';
import { tiles } from './tiles.ts';

/** Every kind of floor, as often as it is drawn. */
const floorings = {
  indoors: [boards, boards, tiles, speckled, speckled, carpet, concrete],
  outdoors: [grass, grass, concrete, tiles],
} as const;

/** The floor of a room. */
export interface Floor extends FloorLooks {
  readonly flooring: Flooring;
  /** Angle of the pattern, radians. */
  readonly turn: number;
  /** A mat under the person: half sizes in metres, or none. */
  readonly mat: { readonly x: number; readonly z: number; readonly color: Color } | null;
}

/** Draws a floor. */
export function createFloor(random: Random, isOutdoors: boolean): Floor {
  const flooring: Flooring = random.pick(isOutdoors ? floorings.outdoors : floorings.indoors);
  const color = flooring.drawColor(random);
  const mat = {
    x: random.uniform(0.35, 0.9),
    z: random.uniform(0.35, 0.9),
    color: colorOfHsv(random.uniform(), random.uniform(0, 0.7), random.uniform(0.15, 0.7)),
  };
  return {
    flooring,
    color,
    second: mixColors(scaleColor(color, random.uniform(0.3, 1.6)), randomColor(random), 0.15),
    size: random.uniform(0.08, 0.5),
    turn: random.uniform(0, Math.PI),
    seed: random.integer(1, 1_000_000),
    mat: random.chance(0.35) ? mat : null,
  };
}

/** Writes the color of a floor at a place into `out`, linear light. */
export function paintFloor(floor: Floor, { x, y, pixel }: SurfacePoint, out: Float32Array): void {
  const { flooring, mat, turn, seed } = floor;
  if (mat !== null && Math.abs(x) < mat.x && Math.abs(y) < mat.z) {
    const grain = fade(valueNoise(x * 60, y * 60, seed), sharpness(0.02, pixel));
    setColor(out, mat.color, 0.93 + 0.14 * grain);
    return;
  }
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  turned.x = x * cos + y * sin;
  turned.y = y * cos - x * sin;
  turned.pixel = pixel;
  flooring.paint(floor, turned, out);
}

/** The current place, in the coordinates of the pattern of the floor. */
const turned = { x: Number.NaN, y: Number.NaN, pixel: Number.NaN };
