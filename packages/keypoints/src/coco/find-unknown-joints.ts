import { assumedSigma, jointsWithoutKnownSigma } from '../skeletons/derive-skeleton.ts';
import { pairByName } from '../skeletons/pair-joints.ts';
import type { Skeleton } from '../skeletons/skeleton.ts';
import type { CocoFileCategory, Finding } from './coco-dataset.ts';

/** Finds joints whose spread is only assumed, and those that look left or right without a partner. */
export function findUnknownJoints(category: CocoFileCategory, skeleton: Skeleton): Finding[] {
  const where = `categories (id ${category.id})`;
  const there = 'in the category or in a skeleton file';
  const assumed = jointsWithoutKnownSigma(category);
  const sigmas: Finding = {
    kind: 'assumed-sigmas',
    where: `${where}.sigmas`,
    message:
      `no spread is known for ${assumed.join(', ')}: ${assumedSigma} is assumed, so AP compares with no other. ` +
      `State "sigmas": [0.107, …], one for each joint, ${there}`,
  };
  const alone = pairByName(category.keypoints).alone.map((joint) => category.keypoints[joint]!);
  const pairs: Finding = {
    kind: 'unknown-pairs',
    where: `${where}.pairs`,
    message:
      `no partner is known for ${alone.join(', ')}: no image can be mirrored. ` +
      `State "pairs": [["left_hip", "right_hip"], …], or [], ${there}`,
  };
  return [...(assumed.length > 0 ? [sigmas] : []), ...(skeleton.pairs === null ? [pairs] : [])];
}
