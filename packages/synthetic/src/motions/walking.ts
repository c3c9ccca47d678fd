import type { Random } from '@limber/keypoints';
import { turnFrame, worldFrame } from '../geometry/frame.ts';
import type { Person } from '../people/person.ts';
import { bothSides, signOf } from '../people/person.ts';
import { uprightAngles } from './joint-angles.ts';
import type { Motion } from './motion.ts';
import { plainLabel } from './motion-label.ts';
import { placeOnFloor } from './place-pose.ts';
import { poseOfAngles } from './pose-of-angles.ts';
import { withinRanges } from './ranges-of-motion.ts';

/**
 * Draws somebody who walks or runs: each leg half a stride behind the other, the arms against the legs.
 *
 * The hips swing about 40 degrees and the knees bend to 60 in walking (Perry and Burnfield, Gait Analysis, 2010, chapter 4),
 * more in running.
 */
export function createWalking(random: Random, person: Person): Motion {
  const isRunning = random.chance(0.4);
  const stride = isRunning ? random.uniform(0.55, 0.95) : random.uniform(0.25, 0.5);
  const kneeBend = isRunning ? random.uniform(1.2, 2) : random.uniform(0.8, 1.1);
  const elbow = isRunning ? random.uniform(1, 1.8) : random.uniform(0.1, 0.6);
  const swing = stride * random.uniform(0.7, 1.3);
  const lean = isRunning ? random.uniform(0.05, 0.35) : random.uniform(-0.03, 0.12);
  const start = random.uniform();
  const strides = random.uniform(0.6, 2);
  const yaw = random.uniform(-Math.PI, Math.PI);
  const look = random.uniform(-0.5, 0.5);
  const out = random.uniform(0, 0.25);
  return {
    action: 'walking',
    held: null,
    at: (moment) => {
      const cycle = start + strides * moment;
      const phase = cycle - Math.floor(cycle);
      const angleOf = (side: 'left' | 'right'): number =>
        (phase + (side === 'left' ? 0 : 0.5)) * 2 * Math.PI;
      const twist = 0.15 * stride * Math.sin(angleOf('left'));
      const angles = withinRanges({
        ...uprightAngles,
        spine: { flexion: lean * 0.5, lateral: 0, rotation: -2 * twist },
        neck: { flexion: -lean * 0.5, lateral: 0, rotation: look },
        shoulders: bothSides((side) => ({
          flexion: -swing * Math.cos(angleOf(side)) + 0.05,
          abduction: 0.12,
          rotation: 0.2,
        })),
        elbows: bothSides((side) => elbow * (1 - 0.35 * Math.cos(angleOf(side)))),
        hips: bothSides((side) => ({
          flexion: lean + stride * 0.25 + stride * Math.cos(angleOf(side)),
          abduction: 0.03,
          rotation: -out * 0.5,
        })),
        // bends most while the leg swings forwards
        knees: bothSides(
          (side) => 0.12 + kneeBend * Math.max(0, -Math.sin(angleOf(side) - 0.25)) ** 1.6,
        ),
        ankles: bothSides((side) => -0.15 - 0.3 * Math.max(0, -Math.cos(angleOf(side)))),
      });
      const pelvis = turnFrame(turnFrame(worldFrame, { yaw: yaw + twist * signOf('left') }), {
        pitch: lean,
      });
      const pose = poseOfAngles(person, angles, pelvis);
      const rise = isRunning ? 0.12 * Math.abs(Math.sin(angleOf('left'))) : 0;
      return { pose: placeOnFloor(person, pose, rise), label: plainLabel('walking', phase) };
    },
  };
}
