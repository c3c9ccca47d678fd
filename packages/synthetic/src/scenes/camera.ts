import type { Size } from '@limber/keypoints';
import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, cross, dot, normalize, scale, subtract } from '../geometry/vector.ts';

/** A pinhole camera. Image pixels: the center of the top-left pixel is (0, 0). */
export interface Camera {
  readonly size: Size;
  readonly position: Vec3;
  /** Unit directions of the image's right and down sides, and of the view. */
  readonly right: Vec3;
  readonly down: Vec3;
  readonly forward: Vec3;
  /** Pixels. */
  readonly focal: number;
  /** Image pixels of what lies straight ahead. */
  readonly center: readonly [x: number, y: number];
}

export interface CameraOptions {
  readonly size: Size;
  readonly position: Vec3;
  readonly target: Vec3;
  /** Radians, clockwise in the image. */
  readonly roll: number;
  readonly focal: number;
}

/** Sets up a camera that looks at a target. World metres. */
export function createCamera({ size, position, target, roll, focal }: CameraOptions): Camera {
  const forward = normalize(subtract(target, position));
  const level = normalize(cross(forward, [0, 1, 0]));
  const upright = cross(level, forward);
  const right = addScaled(scale(level, Math.cos(roll)), upright, Math.sin(roll));
  const up = addScaled(scale(upright, Math.cos(roll)), level, -Math.sin(roll));
  const center = [(size.width - 1) / 2, (size.height - 1) / 2] as const;
  return { size, position, right, down: scale(up, -1), forward, focal, center };
}

/** Where a world point is seen: image pixels, and metres along the view. */
export function project(
  camera: Camera,
  point: Vec3,
): { readonly x: number; readonly y: number; readonly depth: number } {
  const seen = subtract(point, camera.position);
  const depth = dot(seen, camera.forward);
  const zoom = camera.focal / depth;
  return {
    x: camera.center[0] + dot(seen, camera.right) * zoom,
    y: camera.center[1] + dot(seen, camera.down) * zoom,
    depth,
  };
}

/**
 * The world direction in which an image pixel looks, 1 metre deep along the view.
 *
 * @returns the same array for every pixel, since there are many: use it before the next call.
 */
export function rayOf({ forward, right, down, center, focal }: Camera, x: number, y: number): Vec3 {
  const across = (x - center[0]) / focal;
  const downwards = (y - center[1]) / focal;
  ray[0] = forward[0] + right[0] * across + down[0] * downwards;
  ray[1] = forward[1] + right[1] * across + down[1] * downwards;
  ray[2] = forward[2] + right[2] * across + down[2] * downwards;
  return ray;
}

const ray: [number, number, number] = [Number.NaN, Number.NaN, Number.NaN];
