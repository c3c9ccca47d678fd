import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { CocoResult } from '../results/coco-result.ts';
import { jointSimilarity } from './joint-similarity.ts';

/**
 * Object keypoint similarity of one result to one labelled person: the mean over its labelled joints of
 * exp(-d² / (2 area (2 sigma)²)). Frame: imagePx.
 *
 * @param sigmas - [K] spread per joint.
 * @returns a number in [0, 1]; NaN if no joint is labelled.
 */
export function computeOks(
  person: Pick<TruePerson, 'keypoints' | 'area'>,
  result: Pick<CocoResult, 'keypoints'>,
  sigmas: readonly number[],
): number {
  let sum = 0;
  let labelled = 0;
  for (const [joint, sigma] of sigmas.entries()) {
    const at = joint * 3;
    if (!(person.keypoints[at + 2]! > 0)) continue;
    const dx = result.keypoints[at]! - person.keypoints[at]!;
    const dy = result.keypoints[at + 1]! - person.keypoints[at + 1]!;
    sum += jointSimilarity(dx * dx + dy * dy, sigma, person.area);
    labelled++;
  }
  return sum / labelled;
}
