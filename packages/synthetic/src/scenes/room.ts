import type { Random } from '@limber/keypoints';
import type { Vec3 } from '../geometry/vector.ts';
import type { Color } from '../rendering/color.ts';
import { colorOfHsv } from '../rendering/color.ts';
import type { Floor } from './floor.ts';
import { createFloor } from './floor.ts';
import type { Wall } from './wall.ts';
import { createWall } from './wall.ts';

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
