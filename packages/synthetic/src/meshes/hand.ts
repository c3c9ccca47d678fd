import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, cross, normalize, perpendicular, subtract } from '../geometry/vector.ts';
import { addLimb } from './limb.ts';
import type { Binding } from './bones.ts';
import type { Mesh, Surface } from './mesh.ts';
import { thicken } from './profile.ts';
import type { Profile } from './profile.ts';

const palm: Profile = [
  [0, 0.026, 0.021, 0],
  [0.4, 0.041, 0.021, 0],
  [0.65, 0.04, 0.022, 0],
  [1, 0.028, 0.014, 0],
];
const thumb: Profile = [
  [0, 0.016, 0.016, 0],
  [1, 0.011, 0.011, 0],
];

interface HandOptions extends Surface {
  readonly wrist: Vec3;
  readonly elbow: Vec3;
  /** Where the back of the hand looks. */
  readonly back: Vec3;
  /** 1 for a person of 1.75 m. */
  readonly size: number;
  readonly bindingAt: () => Binding;
}

/** Adds a half-closed hand with a thumb, in line with the forearm. World metres. */
export function addHand(mesh: Mesh, options: HandOptions): void {
  const { wrist, elbow, size, part, material, bindingAt } = options;
  const axis = normalize(subtract(wrist, elbow));
  const front = perpendicular(options.back, axis);
  const across = cross(axis, front);
  const surface = { front, part, material, bindingAt };
  const fingertips = addScaled(addScaled(wrist, axis, 0.135 * size), front, -0.025 * size);
  addLimb(mesh, {
    from: wrist,
    to: fingertips,
    profile: thicken(palm, size),
    segments: 10,
    rings: 6,
    ...surface,
  });
  // towards the body's middle when the arm hangs: both hands' thumbs look to the front
  const root = addScaled(wrist, axis, 0.035 * size);
  const tip = addScaled(addScaled(root, axis, 0.05 * size), across, 0.035 * size);
  addLimb(mesh, {
    from: root,
    to: addScaled(tip, front, -0.03 * size),
    profile: thicken(thumb, size),
    segments: 7,
    rings: 3,
    ...surface,
  });
}
