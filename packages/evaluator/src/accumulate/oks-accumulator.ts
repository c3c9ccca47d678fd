import { cocoMaxDetections } from '../coco-protocol.ts';
import type { TruePerson } from '../ground-truth.ts';
import { createImageMatcher } from '../matching/match-image.ts';
import type { Results } from '../results/result-table.ts';
import { toResultTable } from '../results/result-table.ts';
import { checkSigmas } from '../strict/check-sigmas.ts';
import { refuseImageNonsense } from '../strict/refuse-image-nonsense.ts';
import { createDetectionLog } from './detection-log.ts';
import type { KeypointScores } from './keypoint-scores.ts';
import { summarize } from './keypoint-scores.ts';
import type { PrecisionRecall } from './precision-recall.ts';
import { drawPrecisionRecall } from './precision-recall.ts';
import type { AreaSource } from '../results/area-of-result.ts';
import { areaSourceOf } from '../results/area-of-result.ts';

export interface OksAccumulatorOptions {
  /** [K] spread per joint as a fraction of the square root of the person's area. */
  readonly sigmas: readonly number[];
  /** Categories to score, each by itself; persons and results of others are left out. */
  readonly categoryIds: readonly number[];
  /** Detections that count in one image and category, the best-scored first. */
  readonly maxDetections?: number;
  /** What gives a detection its area; by default the box if the first result has one. */
  readonly areaSource?: AreaSource;
  /** Compute what pycocotools computes where it ought to refuse. */
  readonly lenient?: boolean;
}

/** COCO's ten numbers, with how much they rest on. */
export interface KeypointEvaluation extends KeypointScores {
  readonly imageCount: number;
  /** Persons that count: labelled, not crowds. */
  readonly personCount: number;
  /** Detections that count: at most `maxDetections` in one image and category. */
  readonly detectionCount: number;
}

/** Collects images one at a time. Memory grows by about 20 bytes a detection. */
export interface OksAccumulator {
  /**
   * Matches one image; each image once, in any order.
   *
   * @param persons - of this image. Frame: imagePx.
   * @param results - of this image, or of many as a table.
   * @param rows - those of the table that are of this image; by default all. Of equal scores the first ranks first.
   * @throws {LimberError} `invalid-annotations` or `shape-mismatch`, naming the image and the field.
   */
  addImage(
    imageId: number,
    persons: readonly TruePerson[],
    results: Results,
    rows?: Uint32Array,
  ): void;
  /** The numbers so far. */
  evaluate(): KeypointEvaluation;
  /** Precision over recall so far. */
  curves(): PrecisionRecall;
}

/**
 * Opens an evaluation that takes images as they come, for use during training or over a stream.
 *
 * @throws {LimberError} `invalid-argument` if a sigma is not a number > 0.
 */
export function createOksAccumulator(options: OksAccumulatorOptions): OksAccumulator {
  const { sigmas, maxDetections = cocoMaxDetections, lenient = false } = options;
  const categoryIds = options.categoryIds.toSorted((a, b) => a - b);
  checkSigmas(sigmas, sigmas.length);
  let { areaSource } = options;
  const logs = categoryIds.map(createDetectionLog);
  const matchImage = createImageMatcher(sigmas, maxDetections);
  let imageCount = 0;
  return {
    addImage: (imageId, persons, results, rows) => {
      const table = toResultTable(results);
      const all = rows ?? Uint32Array.from({ length: table.length }, (_, row) => row);
      if (!lenient) refuseImageNonsense(imageId, persons, table, all, sigmas.length);
      if (all.length > 0) areaSource ??= areaSourceOf(table, lenient);
      imageCount++;
      for (const [index, id] of categoryIds.entries()) {
        matchImage(logs[index]!, imageId, {
          persons: persons.filter((person) => person.category_id === id),
          table,
          rows: all.filter((row) => table.categoryIds[row] === id),
          areaSource: areaSource ?? 'keypoints',
        });
      }
    },
    evaluate: () => ({
      ...summarize(drawPrecisionRecall(logs)),
      imageCount,
      personCount: logs.reduce((sum, log) => sum + log.personCounts[0]!, 0),
      detectionCount: logs.reduce((sum, log) => sum + log.length, 0),
    }),
    curves: () => drawPrecisionRecall(logs),
  };
}
