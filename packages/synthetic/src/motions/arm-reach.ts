import type { Frame } from '../geometry/frame.ts';
import { directionToWorld, toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, normalize } from '../geometry/vector.ts';
import type { Person, Side } from '../people/person.ts';
import { signOf } from '../people/person.ts';
import type { ArmStyle, Posture } from './posture.ts';

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

/** The arm of one side of a person in a posture, up to its shoulder. */
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
  const { side, posture } = context;
  const { style, spread } = posture.arms[side];
  return reaches[style](context, spread, signOf(side));
}

/** Where an arm goes in each style. `sign` is 1 on the left; `spread` is how far out the arm is held, about 0 to 1. */
const reaches: Readonly<
  Record<ArmStyle, (context: ArmContext, spread: number, sign: 1 | -1) => ArmReach>
> = {
  hanging: (context, spread) =>
    swing(context, { raised: 0.05 + 0.12 * spread, outwards: 0.1 + 0.25 * spread, stretch: 0.985 }),
  dumbbells: (context) =>
    swing(context, {
      raised: 0.02,
      outwards: 0.17 + 0.12 * context.person.girth * 0.5,
      stretch: 0.99,
    }),
  raising: (context, spread) =>
    swing(context, {
      raised: 0.1 + (1.25 + 0.25 * spread) * context.posture.depth,
      outwards: 0.06 + 0.1 * spread,
      stretch: 0.97,
    }),
  forward: (context, spread) =>
    swing(context, {
      raised: 1.45 + 0.2 * spread,
      outwards: -0.05 + 0.15 * spread,
      stretch: 0.96,
    }),
  overhead: (context, spread) =>
    swing(context, { raised: 2.95, outwards: 0.15 + 0.3 * spread, stretch: 0.97 }),
  crossed: ({ chest, person, side }, spread, sign) => {
    const height = side === 'left' ? -0.1 : -0.13;
    const depth = 0.155 * Math.max(1, person.girth) + (side === 'left' ? 0.035 : 0);
    return fromFrame(chest, {
      wrist: [-sign * (0.07 + 0.05 * spread), height, depth],
      pole: [sign * 0.8, -0.7, 0.5],
      back: [0, 0.2, 1],
    });
  },
  'behind-head': ({ head, person }, spread, sign) =>
    fromFrame(head, {
      wrist: [sign * 0.1, -0.01, -0.12 * person.headScale],
      pole: [sign, 0.15, 0.25 + 0.4 * spread],
      back: [0, 0, -1],
    }),
  clasped: ({ chest, person }, spread, sign) =>
    fromFrame(chest, {
      wrist: [sign * 0.045, -0.13, 0.24 + 0.1 * spread + 0.06 * (person.girth - 1)],
      pole: [sign * 0.7, -0.8, 0],
      back: [sign, 0.2, 0.2],
    }),
  goblet: ({ chest }, _, sign) => {
    const [x, y, z] = weightAtChest;
    return fromFrame(chest, {
      wrist: [x + sign * 0.07, y - 0.01, z - 0.02],
      pole: [sign * 0.45, -1, 0],
      back: [sign, -0.2, 0],
    });
  },
  barbell: ({ chest, person }, spread, sign) => {
    const [x, y, z] = barOnBack;
    const grip = person.shoulderHalfWidth + 0.17 + 0.16 * spread;
    return fromFrame(chest, {
      wrist: [x + sign * grip, y - 0.035, z - 0.01],
      pole: [sign * 0.25, -1, -0.45],
      back: [0, 0.3, -1],
    });
  },
  'on-hips': ({ pelvis, person }, _, sign) =>
    fromFrame(pelvis, {
      wrist: [sign * (0.155 + 0.03 * person.girth), 0.12, 0.03],
      pole: [sign, 0.1, -0.55],
      back: [sign, 0, 0.3],
    }),
  waving: ({ base, shoulder }, spread, sign) =>
    fromFrame(
      { ...base, origin: shoulder },
      {
        wrist: [sign * (0.3 + 0.2 * spread), 0.28, 0.12],
        pole: [sign, -0.8, 0],
        back: [0, 0, -1],
      },
    ),
};

function fromFrame(frame: Frame, { wrist, pole, back }: ArmReach): ArmReach {
  return {
    wrist: toWorld(frame, wrist),
    pole: directionToWorld(frame, pole),
    back: directionToWorld(frame, back),
  };
}

/** How an arm is held that is nearly straight. Angles in radians; `stretch` is the part of its length used. */
interface Swing {
  /** 0 hangs down, a right angle points to the front. */
  readonly raised: number;
  readonly outwards: number;
  readonly stretch: number;
}

function swing(context: ArmContext, { raised, outwards, stretch }: Swing): ArmReach {
  const { person, base, chest, side, shoulder } = context;
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
