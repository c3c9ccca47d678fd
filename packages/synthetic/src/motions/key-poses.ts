import type { Random } from '@limber/keypoints';
import type { Turn } from '../geometry/frame.ts';
import { turnFrame, worldFrame } from '../geometry/frame.ts';
import type { Person } from '../people/person.ts';
import type { AngleTable } from './draw-angles.ts';
import { drawAngles, mixAngles } from './draw-angles.ts';
import type { Action } from './motion-label.ts';
import { plainLabel } from './motion-label.ts';
import type { JointAngles } from './joint-angles.ts';
import type { Motion } from './motion.ts';
import type { Pose } from './pose.ts';
import { poseOfAngles } from './pose-of-angles.ts';
import { placeOnFloor } from './place-pose.ts';

/** A motion between two poses of a kind, there and back. */
export interface KeyPoses {
  readonly action: Action;
  readonly table: AngleTable;
  /** How the pelvis is turned from upright, radians. */
  readonly drawTurn: (random: Random) => Turn;
  readonly held?: Motion['held'];
  /** Of how many drawn poses the one nearest to the floor is taken: nobody lies on an elbow. 1 by default. */
  readonly tries?: number;
  /** Puts the pose where it belongs; on the floor by default. */
  readonly place?: (person: Person, pose: Pose) => Pose;
}

/** Draws two poses from a table and moves between them. */
export function createKeyPoses(random: Random, person: Person, kind: KeyPoses): Motion {
  const { action, table, held = null, tries = 1, place = placeOnFloor } = kind;
  const turn = kind.drawTurn(random.fork('turn'));
  const pelvis = turnFrame(turnFrame(worldFrame, { yaw: turn.yaw ?? 0 }), { ...turn, yaw: 0 });
  const drawKey = (index: number): JointAngles => {
    const drawn = Array.from({ length: tries }, (_, attempt) =>
      drawAngles(random.fork('angles', index, attempt), table),
    );
    if (tries === 1) return drawn[0]!;
    const heights = drawn.map((angles) => {
      const pose = place(person, poseOfAngles(person, angles, pelvis));
      return pose.pelvis.origin[1] + pose.chest.origin[1];
    });
    return drawn[heights.indexOf(Math.min(...heights))]!;
  };
  const [from, to] = [drawKey(0), drawKey(1)];
  const start = random.uniform(0, 6.3);
  const speed = random.uniform(1, 5);
  return {
    action,
    held,
    at: (moment) => {
      const share = 0.5 + 0.5 * Math.sin(start + speed * moment);
      const pose = poseOfAngles(person, mixAngles(from, to, share), pelvis);
      return {
        pose: place(person, pose),
        label: plainLabel(action),
      };
    },
  };
}
