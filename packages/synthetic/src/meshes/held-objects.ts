import type { Vec3 } from '../geometry/vector.ts';
import { toWorld } from '../geometry/frame.ts';
import {
  add,
  addScaled,
  cross,
  normalize,
  perpendicular,
  scale,
  subtract,
} from '../geometry/vector.ts';
import { barOnBack } from '../motions/arm-reach.ts';
import type { Pose } from '../motions/pose.ts';
import type { ArmStyle } from '../motions/posture.ts';
import { sides } from '../people/person.ts';
import { bone, limbBonesOf, rigid } from './bones.ts';
import { addCylinder } from './cylinder.ts';
import { addLimb } from './limb.ts';
import type { Mesh } from './mesh.ts';
import { part } from './part.ts';
import { evenProfile } from './profile.ts';

/** What is held, with sizes in metres and places in the list of materials. */
export interface HeldObjects {
  readonly plateRadius: number;
  readonly plateThickness: number;
  readonly dumbbellRadius: number;
  readonly kettlebellRadius: number;
  readonly iron: number;
  readonly plate: number;
}

/** The way to add what goes with a way to hold the arms: in the pose that it is held in, bound to what holds it. World metres. */
export const heldObjects: Readonly<
  Partial<Record<ArmStyle | 'bar', (mesh: Mesh, pose: Pose, held: HeldObjects) => void>>
> = { barbell: addBarbell, goblet: addKettlebell, dumbbells: addDumbbells, bar: addBar };

/** A bar to hang from lies across the palms. */
function addBar(mesh: Mesh, { arms, chest }: Pose, held: HeldObjects): void {
  const wrists = scale(add(arms.left.wrist, arms.right.wrist), 0.5);
  const binding = rigid(bone.held);
  addCylinder(mesh, {
    from: addScaled(addScaled(wrists, chest.up, 0.07), chest.left, -1.2),
    to: addScaled(addScaled(wrists, chest.up, 0.07), chest.left, 1.2),
    radius: 0.018,
    part: part.object,
    material: held.iron,
    binding,
  });
}

/** Half of a bar, and of the part of it between the plates. */
const barHalfLength = 1.1;
const sleeveStart = 0.655;

function addBarbell(mesh: Mesh, { chest }: Pose, held: HeldObjects): void {
  const middle = toWorld(chest, barOnBack);
  const at = (distance: number): Vec3 => addScaled(middle, chest.left, distance);
  const binding = rigid(bone.chest);
  const steel = { part: part.object, material: held.iron, binding };
  addCylinder(mesh, { from: at(-barHalfLength), to: at(barHalfLength), radius: 0.015, ...steel });
  for (const sign of [1, -1] as const) {
    const from = at(sign * sleeveStart);
    const to = at(sign * (sleeveStart + held.plateThickness));
    const plate = {
      radius: held.plateRadius,
      part: part.object,
      material: held.plate,
      segments: 24,
      binding,
    };
    addCylinder(mesh, { from, to, ...plate });
    const collar = at(sign * (sleeveStart + held.plateThickness + 0.05));
    addCylinder(mesh, { from: to, to: collar, radius: 0.035, ...steel });
  }
}

function addKettlebell(mesh: Mesh, { arms, chest }: Pose, held: HeldObjects): void {
  const wrists = scale(add(arms.left.wrist, arms.right.wrist), 0.5);
  const middle = addScaled(addScaled(wrists, chest.front, 0.06), chest.up, 0.02);
  const size = held.kettlebellRadius;
  const ball = addScaled(middle, chest.up, -size * 0.9);
  const iron = {
    part: part.object,
    material: held.iron,
    front: chest.front,
    bindingAt: () => rigid(bone.held),
  };
  addLimb(mesh, {
    from: addScaled(ball, chest.up, -0.01),
    to: addScaled(ball, chest.up, 0.01),
    profile: evenProfile(size),
    ...iron,
  });
  const rim = [-0.09, -0.075, 0.075, 0.09].map((x, index) =>
    toWorld({ ...chest, origin: middle }, [x * (size / 0.11), index % 3 === 0 ? -0.06 : 0.035, 0]),
  );
  for (let index = 0; index < 3; index++) {
    addLimb(mesh, {
      from: rim[index]!,
      to: rim[index + 1]!,
      profile: evenProfile(0.016),
      segments: 8,
      rings: 3,
      ...iron,
    });
  }
}

function addDumbbells(mesh: Mesh, { arms, chest }: Pose, held: HeldObjects): void {
  for (const side of sides) {
    const { wrist, elbow } = arms[side];
    const axis = normalize(subtract(wrist, elbow));
    const palm = addScaled(wrist, axis, 0.08);
    const along = normalize(cross(axis, perpendicular(chest.left, axis)));
    const at = (distance: number): Vec3 => addScaled(palm, along, distance);
    const binding = rigid(limbBonesOf(side).hand);
    const iron = { part: part.object, material: held.iron, binding };
    addCylinder(mesh, { from: at(-0.1), to: at(0.1), radius: 0.015, segments: 8, ...iron });
    for (const sign of [1, -1] as const) {
      const from = at(sign * 0.07);
      const to = at(sign * 0.15);
      addCylinder(mesh, { from, to, radius: held.dumbbellRadius, ...iron, material: held.plate });
    }
  }
}
