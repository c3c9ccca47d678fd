import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, cross, normalize, perpendicular, subtract } from '../geometry/vector.ts';
import { addLimb } from './limb.ts';
import type { Mesh } from './mesh.ts';
import type { Part } from './part.ts';
import { profileOf } from './profile.ts';

interface HandOptions {
  readonly wrist: Vec3;
  readonly elbow: Vec3;
  /** Where the back of the hand looks. */
  readonly back: Vec3;
  /** 1 for a person of 1.75 m. */
  readonly size: number;
  readonly part: Part;
  readonly material: number;
}

/** Adds a half-closed hand with a thumb, in line with the forearm. World metres. */
export function addHand(mesh: Mesh, options: HandOptions): void {
  const { wrist, elbow, size, part, material } = options;
  const axis = normalize(subtract(wrist, elbow));
  const back = perpendicular(options.back, axis);
  const across = cross(axis, back);
  addLimb(mesh, {
    from: wrist,
    to: addScaled(addScaled(wrist, axis, 0.135 * size), back, -0.025 * size),
    front: back,
    profile: profileOf([
      [0, 0.026 * size, 0.021 * size, 0],
      [0.4, 0.041 * size, 0.021 * size, 0],
      [0.65, 0.04 * size, 0.022 * size, 0],
      [1, 0.028 * size, 0.014 * size, 0],
    ]),
    part,
    material,
    segments: 10,
    rings: 6,
  });
  // towards the body's middle when the arm hangs: both hands' thumbs look to the front
  const thumb = addScaled(wrist, axis, 0.035 * size);
  addLimb(mesh, {
    from: thumb,
    to: addScaled(
      addScaled(addScaled(thumb, axis, 0.05 * size), across, 0.035 * size),
      back,
      -0.03 * size,
    ),
    front: back,
    profile: profileOf([
      [0, 0.016 * size, 0.016 * size, 0],
      [1, 0.011 * size, 0.011 * size, 0],
    ]),
    part,
    material,
    segments: 7,
    rings: 3,
  });
}
