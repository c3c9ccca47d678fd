import type { OksAccumulator } from './accumulate/oks-accumulator.ts';
import { adaptInputs } from './adapt-inputs.ts';
import type { EvaluateKeypointsOptions } from './evaluate-options.ts';
import type { GroundTruth } from './ground-truths/ground-truth.ts';
import { matchAll } from './match-all.ts';
import type { Results } from './results/result-table.ts';

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
