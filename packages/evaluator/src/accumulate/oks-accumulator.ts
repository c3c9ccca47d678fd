import type { AreaRange } from '../coco-protocol.ts';
import { areaRanges, cocoMaxDetections } from '../coco-protocol.ts';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import { createImageMatcher } from '../matching/match-image.ts';
import type { AreaSource } from '../results/area-of-result.ts';
import { areaSourceOf } from '../results/area-of-result.ts';
import type { ResultTable, Results } from '../results/result-table.ts';
import { toResultTable } from '../results/result-table.ts';
import { checkAreaRanges, checkSigmas } from '../strict/check-options.ts';
import { refuseImageFaults } from '../strict/refuse-faults.ts';
import { DetectionLog } from './detection-log.ts';
import type { KeypointEvaluation } from './keypoint-evaluation.ts';
import { describeEvaluation } from './keypoint-evaluation.ts';
import type { PrecisionRecall } from './precision-recall.ts';
import { drawPrecisionRecall } from './precision-recall.ts';
import type { RankedDetections } from './rank-detections.ts';
import { rankDetections } from './rank-detections.ts';

/** What an evaluation that takes images as they come must know beforehand. */
export interface OksAccumulatorOptions {
  /** [K] spread per joint as a fraction of the square root of the person's area. */
  readonly sigmas: readonly number[];
  /** Categories to score, each by itself; persons and results of others are left out. */
  readonly categoryIds: readonly number[];
  /** Detections that count in one image and category, the best-scored first. */
  readonly maxDetections?: number;
  /** Sizes of persons that are scored by themselves too. The first is to be `all`. */
  readonly areaRanges?: readonly AreaRange[];
  /** What gives a detection its area; by default the box if the first result has one. */
  readonly areaSource?: AreaSource;
  /** Compute what pycocotools computes where it ought to refuse. */
  readonly lenient?: boolean;
}

/** Collects images one at a time. Memory grows by about 24 bytes a detection, whatever the number of joints. */
export interface OksAccumulator {
  readonly areaRanges: readonly AreaRange[];
  /**
   * Matches one image; each image once, in any order.
   *
   * @param image.persons - frame: imagePx.
   * @param image.rows - the results that are of this image; by default all. Of equal scores the first ranks first.
   * @throws {LimberError} `invalid-annotations` or `shape-mismatch`, naming the image and the field.
   */
  addImage(
    image: {
      readonly id: number;
      readonly persons: readonly TruePerson[];
      readonly rows?: Uint32Array;
    },
    results: Results,
  ): void;
  /** The numbers so far. */
  evaluate(): KeypointEvaluation;
  /** Precision over recall so far. */
  curves(): PrecisionRecall;
  /** What precision over recall is drawn from, one for each category. */
  rankings(): RankedDetections[];
}

/**
 * Creates an evaluation that takes images as they come, for use during training or over a stream.
 *
 * @throws {LimberError} `invalid-argument` if a sigma is not a number > 0 or an area range is invalid.
 */
export function createOksAccumulator(options: OksAccumulatorOptions): OksAccumulator {
  const { sigmas, maxDetections = cocoMaxDetections, lenient = false } = options;
  const ranges = options.areaRanges ?? areaRanges;
  const categoryIds = options.categoryIds.toSorted((a, b) => a - b);
  checkSigmas(sigmas, sigmas.length);
  checkAreaRanges(ranges);
  let { areaSource } = options;
  const logs = categoryIds.map(() => new DetectionLog(ranges.length, sigmas.length));
  const matchImage = createImageMatcher(sigmas, maxDetections, ranges);
  const rankings = (): RankedDetections[] => logs.map(rankDetections);
  return {
    areaRanges: ranges,
    addImage: (image, results) => {
      const { id, persons } = image;
      const table = toResultTable(results);
      const rows = image.rows ?? Uint32Array.from({ length: table.length }, (_, row) => row);
      if (!lenient) refuseImageFaults({ id, persons, rows }, table, sigmas.length);
      if (rows.length > 0) areaSource ??= areaSourceOf(table, lenient);
      for (let index = 0; index < categoryIds.length; index++) {
        const categoryId = categoryIds[index]!;
        matchImage(logs[index]!, id, {
          persons: personsOf(persons, categoryId),
          table,
          rows: rowsOf(table, rows, categoryId),
          areaSource: areaSource ?? 'keypoints',
        });
      }
    },
    evaluate: () => describeEvaluation(logs, rankings(), { categoryIds, ranges }),
    curves: () => drawPrecisionRecall(rankings()),
    rankings,
  };
}

/** Most images have persons of one category only: those are not copied. */
function personsOf(persons: readonly TruePerson[], categoryId: number): readonly TruePerson[] {
  const isOne = (person: TruePerson): boolean => person.category_id === categoryId;
  return persons.every(isOne) ? persons : persons.filter(isOne);
}

function rowsOf({ categoryIds }: ResultTable, rows: Uint32Array, categoryId: number): Uint32Array {
  for (let at = 0; at < rows.length; at++) {
    if (categoryIds[rows[at]!] === categoryId) continue;
    return rows.filter((row) => categoryIds[row] === categoryId);
  }
  return rows;
}
