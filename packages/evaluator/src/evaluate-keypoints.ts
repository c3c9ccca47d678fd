import type { EvaluateKeypointsOptions } from './evaluate-options.ts';
import { accumulateKeypoints } from './accumulate-keypoints.ts';
import type { KeypointEvaluation } from './accumulate/keypoint-evaluation.ts';
import type { GroundTruth } from './ground-truths/ground-truth.ts';
import type { Results } from './results/result-table.ts';

/**
 * Scores detected persons as pycocotools does, to 1e-12 in every number.
 *
 * Steps: group by image → match by OKS at ten thresholds and in each area range → rank all detections by score →
 * precision over recall → the mean.
 *
 * By default it refuses data that would make AP wrong, and says by how much; with `lenient` it computes what
 * pycocotools 2.0.11 computes. Without any result AP and AR are 0 (pycocotools stops with an IndexError).
 *
 * @param results - in the order of their file: of equal scores the earlier one ranks first. Frame: imagePx.
 * @throws {LimberError} `invalid-annotations`, `shape-mismatch` or `invalid-argument`.
 */
export function evaluateKeypoints(
  groundTruth: GroundTruth,
  results: Results,
  options: EvaluateKeypointsOptions = {},
): KeypointEvaluation {
  return accumulateKeypoints(groundTruth, results, options).evaluate();
}
