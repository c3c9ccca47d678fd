import type { Size } from '@limber/keypoints';
import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, cross, dot, normalize, scale, subtract } from '../geometry/vector.ts';

/** A camera with a lens that may bend straight lines. Image pixels: the center of the top-left pixel is (0, 0). */
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
  /**
   * The one parameter of the division model, for lengths in focal lengths: below 0 for a barrel, 0 for a pinhole.
   *
   * @see Fitzgibbon, Simultaneous linear estimation of multiple view geometry and lens distortion, CVPR 2001.
   */
  readonly distortion: number;
}

export interface CameraOptions {
  readonly size: Size;
  readonly position: Vec3;
  readonly target: Vec3;
  /** Radians, clockwise in the image. */
  readonly roll: number;
  readonly focal: number;
  readonly distortion?: number;
}

/** Sets up a camera that looks at a target. World metres. */
export function createCamera(options: CameraOptions): Camera {
  const { size, position, target, roll, focal, distortion = 0 } = options;
  const forward = normalize(subtract(target, position));
  const level = normalize(cross(forward, [0, 1, 0]));
  const upright = cross(level, forward);
  const right = addScaled(scale(level, Math.cos(roll)), upright, Math.sin(roll));
  const up = addScaled(scale(upright, Math.cos(roll)), level, -Math.sin(roll));
  const center = [(size.width - 1) / 2, (size.height - 1) / 2] as const;
  return { size, position, right, down: scale(up, -1), forward, focal, center, distortion };
}

/** Where a world point is seen: image pixels, and metres along the view. */
export function project(
  camera: Camera,
  point: Vec3,
): { readonly x: number; readonly y: number; readonly depth: number } {
  const { position, forward, right, down, focal, center, distortion } = camera;
  const seen = subtract(point, position);
  const depth = dot(seen, forward);
  const across = dot(seen, right) / depth;
  const downwards = dot(seen, down) / depth;
  const inside = Math.max(0, 1 - 4 * distortion * (across * across + downwards * downwards));
  const zoom = (2 * focal) / (1 + Math.sqrt(inside));
  return { x: center[0] + across * zoom, y: center[1] + downwards * zoom, depth };
}

/** The world direction in which an image pixel looks, 1 metre deep along the view. */
export function rayOf(camera: Camera, x: number, y: number): Vec3 {
  const { forward, right, down, center, focal, distortion } = camera;
  const across = (x - center[0]) / focal;
  const downwards = (y - center[1]) / focal;
  const bend = 1 / (1 + distortion * (across * across + downwards * downwards));
  return addScaled(addScaled(forward, right, across * bend), down, downwards * bend);
}
