import { deriveSkeleton } from '@limber/keypoints';
import type { EvaluateKeypointsOptions } from './evaluate-options.ts';
import type { OksAccumulatorOptions } from './accumulate/oks-accumulator.ts';
import { adaptPersons } from './conventions/convention.ts';
import { adaptResults } from './conventions/convention.ts';
import type { GroundTruth, TruePerson } from './ground-truths/ground-truth.ts';
import type { MatchInputs } from './match-all.ts';
import { matchAll } from './match-all.ts';
import { areaSourceOf } from './results/area-of-result.ts';
import type { ResultTable, Results } from './results/result-table.ts';
import { toResultTable } from './results/result-table.ts';
import { checkSigmas } from './strict/check-sigmas.ts';
import { refuseMissingArea } from './strict/refuse-missing-area.ts';
import { refuseNonsense } from './strict/refuse-nonsense.ts';

/**
 * Checks a dataset and its results, and turns them into what the convention takes them for.
 *
 * @throws {LimberError} `invalid-annotations`, `shape-mismatch` or `invalid-argument`.
 */
export function adaptInputs(
  groundTruth: GroundTruth,
  results: Results,
  options: EvaluateKeypointsOptions,
): MatchInputs {
  const { category } = groundTruth;
  const { convention = 'pycocotools', personArea = 'annotation', lenient = false } = options;
  const { maxDetections, areaRanges, categoryIds = [category.id] } = options;
  const sigmas = options.sigmas ?? deriveSkeleton({ ...category, skeleton: [] }).sigmas;
  checkSigmas(sigmas, category.keypoints.length);
  const table = toResultTable(results);
  const areaSource = areaSourceOf(table, lenient);
  const settings: OksAccumulatorOptions = {
    sigmas,
    categoryIds,
    areaSource: convention === 'mmpose' ? 'keypoints' : areaSource,
    lenient: true,
    ...(maxDetections === undefined ? {} : { maxDetections }),
    ...(areaRanges === undefined ? {} : { areaRanges }),
  };
  const adapt = (annotations: readonly TruePerson[], rows: ResultTable): MatchInputs => ({
    groundTruth: { ...groundTruth, annotations },
    table: adaptResults(rows, convention, { sigmas, mmpose: options.mmpose }),
    settings,
  });
  const annotations = adaptPersons(groundTruth.annotations, convention, personArea);
  if (!lenient) {
    const score = (...parts: Parameters<typeof adapt>): number =>
      matchAll(adapt(...parts)).evaluate().AP;
    refuseNonsense({ ...groundTruth, annotations }, table, categoryIds, score);
    if (personArea === 'annotation') {
      refuseMissingArea(groundTruth, () => score(annotations, table));
    }
  }
  return adapt(annotations, table);
}
