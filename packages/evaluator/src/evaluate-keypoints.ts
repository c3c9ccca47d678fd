import type { KeypointEvaluation } from './accumulate/keypoint-evaluation.ts';
import type { OksAccumulator } from './accumulate/oks-accumulator.ts';
import type { EvaluateKeypointsOptions } from './adapt-inputs.ts';
import { adaptInputs, matchAll } from './adapt-inputs.ts';
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

/**
 * Matches all results of a dataset: {@link evaluateKeypoints} up to the point where numbers are drawn from it.
 *
 * @throws {LimberError} as {@link evaluateKeypoints}.
 */
export function accumulateKeypoints(
  groundTruth: GroundTruth,
  results: Results,
  options: EvaluateKeypointsOptions = {},
): OksAccumulator {
  return matchAll(adaptInputs(groundTruth, results, options));
}
