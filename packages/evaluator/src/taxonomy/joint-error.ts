import type { TruePerson } from '../ground-truths/ground-truth.ts';
import { jointSimilarity } from '../oks/joint-similarity.ts';

/**
 * The kind of error of one joint of a found person.
 *
 * - `good`: as near as people agree.
 * - `jitter`: near, but not that near.
 * - `inversion`: at the same joint of the other side.
 * - `swap`: at a joint of another person.
 * - `miss`: near no such joint.
 */
export type JointError = 'good' | 'jitter' | 'inversion' | 'swap' | 'miss';

/** A joint's kind of error, and the similarity that the paper grants it once that error is corrected. */
export interface JointVerdict {
  readonly error: JointError;
  readonly corrected: number;
}

/** Similarity of a single joint from which it is near, and from which it is good. */
const nearSimilarity = 0.5;
const goodSimilarity = 0.85;

/** What is asked of a joint: where it was put, and how much room it has. Frame: imagePx. */
export interface JointQuestion {
  readonly x: number;
  readonly y: number;
  readonly joint: number;
  /** The same joint of the other side; itself if it has none. */
  readonly mirrored: number;
  readonly sigma: number;
}

/**
 * Says what kind of error a joint has.
 *
 * @param person - whom the joint was meant for; it is labelled there.
 * @param others - everybody else in the image.
 * @see Ronchi and Perona 2017, arXiv:1707.05388, section 3.1.
 */
export function judgeJoint(
  question: JointQuestion,
  person: TruePerson,
  others: readonly TruePerson[],
): JointVerdict {
  const { joint, mirrored } = question;
  const own = similarityTo(question, person, joint);
  const inverted = similarityTo(question, person, mirrored);
  const swapped = others.reduce(
    (best, other) =>
      Math.max(best, similarityTo(question, other, joint), similarityTo(question, other, mirrored)),
    0,
  );
  const best = Math.max(own, inverted, swapped);
  if (best < nearSimilarity) return { error: 'miss', corrected: nearSimilarity };
  if (own === best) {
    return best < goodSimilarity
      ? { error: 'jitter', corrected: goodSimilarity }
      : { error: 'good', corrected: best };
  }
  return { error: swapped === best ? 'swap' : 'inversion', corrected: best };
}

/** 0 where the person does not have the joint labelled. */
function similarityTo(question: JointQuestion, person: TruePerson, joint: number): number {
  const at = 3 * joint;
  if (!(person.keypoints[at + 2]! > 0)) return 0;
  const dx = question.x - person.keypoints[at]!;
  const dy = question.y - person.keypoints[at + 1]!;
  return jointSimilarity(dx * dx + dy * dy, question.sigma, person.area);
}
