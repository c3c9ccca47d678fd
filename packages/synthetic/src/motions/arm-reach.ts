import type { Frame } from '../geometry/frame.ts';
import { directionToWorld, toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, normalize } from '../geometry/vector.ts';
import type { Person, Side } from '../people/person.ts';
import { signOf } from '../people/person.ts';
import type { Posture } from './posture.ts';

/** Where an arm goes: the wrist, the direction in which the elbow bends out, and where the back of the hand looks. */
export interface ArmReach {
  readonly wrist: Vec3;
  readonly pole: Vec3;
  readonly back: Vec3;
}

/** Where a bar lies behind the neck, in the frame of the chest. */
export const barOnBack: Vec3 = [0, 0.045, -0.115];

/** Where a weight is held before the chest, in the frame of the chest. */
const weightAtChest: Vec3 = [0, -0.14, 0.27];

interface ArmContext {
  readonly person: Person;
  readonly posture: Posture;
  readonly base: Frame;
  readonly pelvis: Frame;
  readonly chest: Frame;
  readonly head: Frame;
  readonly side: Side;
  readonly shoulder: Vec3;
}

/** Finds where the arm of one side goes in a posture. World metres. */
export function reachForArm(context: ArmContext): ArmReach {
  const { posture, side, chest, head, pelvis, base, person } = context;
  const { style, spread } = posture.arms[side];
  const sign = signOf(side);
  const inFrame = (frame: Frame, wrist: Vec3, pole: Vec3, back: Vec3): ArmReach => ({
    wrist: toWorld(frame, wrist),
    pole: directionToWorld(frame, pole),
    back: directionToWorld(frame, back),
  });
  switch (style) {
    case 'hanging':
      return swing(context, 0.05 + 0.12 * spread, 0.1 + 0.25 * spread, 0.985);
    case 'dumbbells':
      return swing(context, 0.02, 0.17 + 0.12 * person.girth * 0.5, 0.99);
    case 'raising':
      return swing(
        context,
        0.1 + (1.25 + 0.25 * spread) * posture.depth,
        0.06 + 0.1 * spread,
        0.97,
      );
    case 'forward':
      return swing(context, 1.45 + 0.2 * spread, -0.05 + 0.15 * spread, 0.96);
    case 'overhead':
      return swing(context, 2.95, 0.15 + 0.3 * spread, 0.97);
    case 'crossed': {
      const height = side === 'left' ? -0.1 : -0.13;
      const depth = 0.155 * Math.max(1, person.girth) + (side === 'left' ? 0.035 : 0);
      const wrist: Vec3 = [-sign * (0.07 + 0.05 * spread), height, depth];
      return inFrame(chest, wrist, [sign * 0.8, -0.7, 0.5], [0, 0.2, 1]);
    }
    case 'behind-head': {
      const wrist: Vec3 = [sign * 0.1, -0.01, -0.12 * person.headScale];
      return inFrame(head, wrist, [sign, 0.15, 0.25 + 0.4 * spread], [0, 0, -1]);
    }
    case 'clasped': {
      const depth = 0.24 + 0.1 * spread + 0.06 * (person.girth - 1);
      return inFrame(chest, [sign * 0.045, -0.13, depth], [sign * 0.7, -0.8, 0], [sign, 0.2, 0.2]);
    }
    case 'goblet': {
      const [x, y, z] = weightAtChest;
      const wrist: Vec3 = [x + sign * 0.07, y - 0.01, z - 0.02];
      return inFrame(chest, wrist, [sign * 0.45, -1, 0], [sign, -0.2, 0]);
    }
    case 'barbell': {
      const [x, y, z] = barOnBack;
      const grip = person.shoulderHalfWidth + 0.17 + 0.16 * spread;
      const wrist: Vec3 = [x + sign * grip, y - 0.035, z - 0.01];
      return inFrame(chest, wrist, [sign * 0.25, -1, -0.45], [0, 0.3, -1]);
    }
    case 'on-hips': {
      const wrist: Vec3 = [sign * (0.155 + 0.03 * person.girth), 0.12, 0.03];
      return inFrame(pelvis, wrist, [sign, 0.1, -0.55], [sign, 0, 0.3]);
    }
    case 'waving': {
      const wrist: Vec3 = [sign * (0.3 + 0.2 * spread), 0.28, 0.12];
      return inFrame({ ...base, origin: context.shoulder }, wrist, [sign, -0.8, 0], [0, 0, -1]);
    }
  }
}

/** An arm nearly straight from the shoulder: `raised` 0 hangs down, a right angle points to the front. */
function swing(
  { person, base, chest, side, shoulder }: ArmContext,
  raised: number,
  outwards: number,
  stretch: number,
): ArmReach {
  const sign = signOf(side);
  const direction = directionToWorld(base, [
    sign * Math.sin(outwards),
    -Math.cos(raised) * Math.cos(outwards),
    Math.sin(raised) * Math.cos(outwards),
  ]);
  const reach = (person.upperArm + person.forearm) * stretch;
  const pole = directionToWorld(base, [sign * 0.5, -Math.sin(raised), -Math.cos(raised)]);
  const back = normalize(addScaled(directionToWorld(base, [sign, 0, 0]), chest.front, 0.4));
  return { wrist: addScaled(shoulder, direction, reach), pole, back };
}
