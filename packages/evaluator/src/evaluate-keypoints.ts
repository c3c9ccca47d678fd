import { deriveSkeleton } from '@limber/keypoints';
import { areaSourceOf } from './results/area-of-result.ts';
import { groupByImage } from './images/group-by-image.ts';
import type { KeypointEvaluation, OksAccumulatorOptions } from './accumulate/oks-accumulator.ts';
import { createOksAccumulator } from './accumulate/oks-accumulator.ts';
import type { GroundTruth, TruePerson } from './ground-truth.ts';
import type { ResultTable, Results } from './results/result-table.ts';
import { toResultTable } from './results/result-table.ts';
import { checkSigmas } from './strict/check-sigmas.ts';
import { refuseNonsense } from './strict/refuse-nonsense.ts';

export interface EvaluateKeypointsOptions {
  /** [K] spread per joint; by default the category's own, else those of COCO-17 by the joints' names. */
  readonly sigmas?: readonly number[];
  /** Categories to score, all with the joints of the ground truth's category; by default that one alone. */
  readonly categoryIds?: readonly number[];
  /** Detections that count in one image and category, the best-scored first. */
  readonly maxDetections?: number;
  /** Compute what pycocotools computes where it ought to refuse: NaN, id 0, ids given twice, unknown categories. */
  readonly lenient?: boolean;
}

/**
 * Scores detected persons as pycocotools does, to 1e-12 in every number.
 *
 * Steps: group by image → match by OKS at ten thresholds and three area ranges → rank all detections by score →
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
  const { category } = groundTruth;
  const { maxDetections, lenient = false, categoryIds = [category.id] } = options;
  const sigmas = options.sigmas ?? deriveSkeleton({ ...category, skeleton: [] }).sigmas;
  checkSigmas(sigmas, category.keypoints.length);
  const table = toResultTable(results);
  const settings: OksAccumulatorOptions = {
    sigmas,
    categoryIds,
    areaSource: areaSourceOf(table, lenient),
    lenient: true,
    ...(maxDetections === undefined ? {} : { maxDetections }),
  };
  const score = (
    annotations: readonly TruePerson[],
    detections: ResultTable,
  ): KeypointEvaluation => {
    const accumulator = createOksAccumulator(settings);
    const truth = { images: groundTruth.images, annotations };
    for (const { id, persons, rows } of groupByImage(truth, detections, categoryIds)) {
      accumulator.addImage(id, persons, detections, rows);
    }
    return accumulator.evaluate();
  };
  if (!lenient) refuseNonsense(groundTruth, table, categoryIds, score);
  return score(groundTruth.annotations, table);
}
