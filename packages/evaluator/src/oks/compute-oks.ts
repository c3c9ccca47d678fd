import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { CocoResult } from '../results/coco-result.ts';

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
    const variance = (2 * sigma) ** 2;
    sum += Math.exp(-(dx * dx + dy * dy) / variance / (person.area + Number.EPSILON) / 2);
    labelled++;
  }
  return sum / labelled;
}
