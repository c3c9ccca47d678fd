import type { OksAccumulator, OksAccumulatorOptions } from './accumulate/oks-accumulator.ts';
import { createOksAccumulator } from './accumulate/oks-accumulator.ts';
import type { AreaRange } from './coco-protocol.ts';
import type { Convention, PersonArea } from './conventions/convention.ts';
import { adaptPersons, adaptResults } from './conventions/convention.ts';
import type { MmposeOptions } from './conventions/rescore-as-mmpose.ts';
import type { GroundTruth, TruePerson } from './ground-truths/ground-truth.ts';
import { groupByImage } from './images/group-by-image.ts';
import { areaSourceOf } from './results/area-of-result.ts';
import type { ResultTable, Results } from './results/result-table.ts';
import { toResultTable } from './results/result-table.ts';
import { chooseSigmas } from './sigmas/choose-sigmas.ts';
import { refuseFaults, refuseMissingArea } from './strict/refuse-faults.ts';

/** How persons are scored. */
export interface EvaluateKeypointsOptions {
  /** [K] spread per joint; by default as {@link chooseSigmas} chooses. */
  readonly sigmas?: readonly number[];
  /** Categories to score, all with the joints of the ground truth's category; by default all that it has. */
  readonly categoryIds?: readonly number[];
  /** Detections that count in one image and category, the best-scored first. */
  readonly maxDetections?: number;
  /** Sizes of persons that are scored by themselves too; the first is to be `all`. */
  readonly areaRanges?: readonly AreaRange[];
  /** Where the area of a true person comes from. */
  readonly personArea?: PersonArea;
  /** Whose numbers are to be computed; without it those of COCO's evaluation, with the sigmas of this dataset. */
  readonly convention?: Convention;
  /** Settings of the convention `mmpose`. */
  readonly mmpose?: MmposeOptions;
  /** Compute what pycocotools computes where it ought to refuse: NaN, id 0, ids given twice, unknown categories. */
  readonly lenient?: boolean;
}

/** What is matched: persons and results as the convention sees them, already checked. */
export interface MatchInputs {
  readonly groundTruth: GroundTruth;
  readonly table: ResultTable;
  readonly settings: OksAccumulatorOptions;
}

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
  const { convention, personArea = 'annotation', lenient = false } = options;
  const { maxDetections, areaRanges, categoryIds = categoryIdsOf(groundTruth) } = options;
  const { values: sigmas } = chooseSigmas(groundTruth, options);
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
    refuseFaults({ ...groundTruth, annotations }, table, { categoryIds, score });
    if (personArea === 'annotation') {
      refuseMissingArea(groundTruth, () => score(annotations, table));
    }
  }
  return adapt(annotations, table);
}

/** The categories of a ground truth that are scored. */
export function categoryIdsOf({
  category,
  categories = [category],
}: Pick<GroundTruth, 'category' | 'categories'>): number[] {
  return categories.map(({ id }) => id);
}

/** Matches every image, by ascending id. */
export function matchAll({ groundTruth, table, settings }: MatchInputs): OksAccumulator {
  const accumulator = createOksAccumulator(settings);
  for (const image of groupByImage(groundTruth, table, settings.categoryIds)) {
    accumulator.addImage(image, table);
  }
  return accumulator;
}
