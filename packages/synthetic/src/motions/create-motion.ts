import type { Random } from '@limber/keypoints';
import type { Person } from '../people/person.ts';
import { createAthletic } from './athletic.ts';
import { createBending } from './bending.ts';
import { createHanging } from './hanging.ts';
import { createInverted } from './inverted.ts';
import { createLunge } from './lunge.ts';
import { createLying } from './lying.ts';
import type { Action } from './motion-label.ts';
import { actions } from './motion-label.ts';
import type { Motion } from './motion.ts';
import { createSitting } from './sitting.ts';
import { solvePose } from './solve-pose.ts';
import { createSquat } from './squat.ts';
import { createStanding } from './standing.ts';
import { createWalking } from './walking.ts';

/** How often each action is drawn, against the others; what is not named is not drawn. */
export type MotionShares = Readonly<Partial<Record<Action, number>>>;

/** The way to draw each action. */
const creators: Readonly<Record<Action, (random: Random, person: Person) => Motion>> = {
  squat: (random, person) => {
    const { style, postureAt } = createSquat(random);
    return {
      action: 'squat',
      held: style,
      at: (moment, frame) => {
        const posture = postureAt(moment, frame);
        return { pose: solvePose(person, posture), label: posture.label };
      },
    };
  },
  standing: (random, person) => {
    const { postureAt } = createStanding(random);
    return {
      action: 'standing',
      held: null,
      at: (moment, frame) => {
        const posture = postureAt(moment, frame);
        return { pose: solvePose(person, posture), label: posture.label };
      },
    };
  },
  walking: createWalking,
  lunge: createLunge,
  bending: createBending,
  sitting: createSitting,
  lying: createLying,
  hanging: createHanging,
  inverted: createInverted,
  athletic: createAthletic,
};

/** Draws what a person does over a clip. */
export function createMotion(random: Random, person: Person, shares: MotionShares): Motion {
  const total = actions.reduce((sum, action) => sum + (shares[action] ?? 0), 0);
  let rest = random.uniform(0, total);
  const action =
    actions.find((name) => {
      rest -= shares[name] ?? 0;
      return rest < 0;
    }) ?? 'standing';
  return creators[action](random.fork(action), person);
}
