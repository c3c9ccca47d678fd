import { deriveSkeleton } from '@limber/keypoints/core';
import type { OksAccumulator, OksAccumulatorOptions } from './accumulate/oks-accumulator.ts';
import { createOksAccumulator } from './accumulate/oks-accumulator.ts';
import type { AreaRange } from './coco-protocol.ts';
import type { PersonArea } from './conventions/adapt-persons.ts';
import { adaptPersons } from './conventions/adapt-persons.ts';
import { adaptResults } from './conventions/adapt-results.ts';
import type { Convention } from './conventions/convention.ts';
import type { MmposeOptions } from './conventions/mmpose-options.ts';
import type { GroundTruth, TruePerson } from './ground-truths/ground-truth.ts';
import { groupByImage } from './images/group-by-image.ts';
import { areaSourceOf } from './results/area-of-result.ts';
import type { ResultTable, Results } from './results/result-table.ts';
import { toResultTable } from './results/result-table.ts';
import { checkSigmas } from './strict/check-sigmas.ts';
import { refuseMissingArea } from './strict/refuse-missing-area.ts';
import { refuseNonsense } from './strict/refuse-nonsense.ts';

export interface EvaluateKeypointsOptions {
  /** [K] spread per joint; by default the category's own, else those of COCO-17 by the joints' names. */
  readonly sigmas?: readonly number[];
  /** Categories to score, all with the joints of the ground truth's category; by default that one alone. */
  readonly categoryIds?: readonly number[];
  /** Detections that count in one image and category, the best-scored first. */
  readonly maxDetections?: number;
  /** Sizes of persons that are scored by themselves too; the first is to be `all`. */
  readonly areaRanges?: readonly AreaRange[];
  /** Where the area of a true person comes from. */
  readonly personArea?: PersonArea;
  /** Whose numbers are to be computed. */
  readonly convention?: Convention;
  /** Settings of the convention `mmpose`. */
  readonly mmpose?: MmposeOptions;
  /** Compute what pycocotools computes where it ought to refuse: NaN, id 0, ids given twice, unknown categories. */
  readonly lenient?: boolean;
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
  const { category } = groundTruth;
  const { convention = 'pycocotools', personArea = 'annotation', lenient = false } = options;
  const { maxDetections, areaRanges, categoryIds = [category.id] } = options;
  const sigmas = options.sigmas ?? deriveSkeleton({ ...category, skeleton: [] }).sigmas;
  checkSigmas(sigmas, category.keypoints.length);
  const original = toResultTable(results);
  const areaSource = areaSourceOf(original, lenient);
  const settings: OksAccumulatorOptions = {
    sigmas,
    categoryIds,
    areaSource: convention === 'mmpose' ? 'keypoints' : areaSource,
    lenient: true,
    ...(maxDetections === undefined ? {} : { maxDetections }),
    ...(areaRanges === undefined ? {} : { areaRanges }),
  };
  const match = (annotations: readonly TruePerson[], detections: ResultTable): OksAccumulator => {
    const accumulator = createOksAccumulator(settings);
    const table = adaptResults(detections, convention, sigmas, options.mmpose ?? {});
    const truth = { images: groundTruth.images, annotations };
    for (const { id, persons, rows } of groupByImage(truth, table, categoryIds)) {
      accumulator.addImage(id, persons, table, rows);
    }
    return accumulator;
  };
  const annotations = adaptPersons(groundTruth.annotations, convention, personArea);
  if (!lenient) {
    const truth = { ...groundTruth, annotations };
    const score = (...parts: Parameters<typeof match>): number => match(...parts).evaluate().AP;
    refuseNonsense(truth, original, categoryIds, score);
    if (personArea === 'annotation') {
      refuseMissingArea(groundTruth, () => score(annotations, original));
    }
  }
  return match(annotations, original);
}
