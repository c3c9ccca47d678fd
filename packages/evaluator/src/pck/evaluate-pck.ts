import { LimberError } from '@limber/files';
import { categoryIdsOf } from '../adapt-inputs.ts';
import { adaptPersons } from '../conventions/convention.ts';
import type { GroundTruth, TruePerson } from '../ground-truths/ground-truth.ts';
import { groupByImage } from '../images/group-by-image.ts';
import { pairPersons } from '../matching/pair-persons.ts';
import type { CocoResult } from '../results/coco-result.ts';
import type { ResultTable, Results } from '../results/result-table.ts';
import { resultAt, toResultTable } from '../results/result-table.ts';
import { chooseSigmas } from '../sigmas/choose-sigmas.ts';
import { refuseImageFaults } from '../strict/refuse-faults.ts';
import type { PckNormalizer } from './person-size.ts';
import { createPersonSize } from './person-size.ts';

/** What counts as right. */
export interface EvaluatePckOptions {
  /** A joint is right when its distance is less than this part of the person's size. MMPose: 0.05 with bbox, 0.5 with head. */
  readonly threshold: number;
  readonly normalizer: PckNormalizer;
  /** The two joints that span the head or the torso, by name; by default the usual ones if the skeleton has them. */
  readonly ends?: readonly [string, string];
  /**
   * [results] the person that each result is of, where that is known since it was cut out by its true box. Without it,
   * persons and results are paired by score.
   */
  readonly annotationIds?: readonly number[];
  /** [K] spread per joint that pairs are made by; by default as {@link chooseSigmas} chooses. */
  readonly sigmas?: readonly number[];
}

/** The accuracy of one joint; null where it is labelled nowhere. */
export interface JointAccuracy {
  readonly name: string;
  /** Part of the labelled ones that are right, in [0, 1]. */
  readonly pck: number | null;
  /** Mean distance in imagePx, over persons that were found. */
  readonly epe: number | null;
  readonly labelledCount: number;
}

/** PCK, end-point error, normalised mean error and area under the PCK curve. */
export interface PckEvaluation {
  /** Mean over the joints that are labelled somewhere, in [0, 1]. */
  readonly pck: number;
  /** Mean distance of labelled joints in imagePx, over persons that were found. */
  readonly epe: number;
  /** Normalised mean error: the mean of distance by size, over persons that were found and whose size is known. */
  readonly nme: number;
  /** Mean PCK over the thresholds 0, 1/20, …, 19/20 of 30 px; at most 0.95, since no distance is less than 0. */
  readonly auc: number;
  readonly perKeypoint: readonly JointAccuracy[];
  /** Persons that count: labelled, not crowds. */
  readonly personCount: number;
  /** Persons without a result: all their joints are wrong. */
  readonly missedCount: number;
  /** Persons that do not enter PCK because their size is not known. */
  readonly unsizedCount: number;
}

/** MMPose's defaults for AUC. */
const aucSizePx = 30;
const aucThresholds = 20;

/**
 * Percentage of correct keypoints, with the meaning of MMPose's PCKAccuracy, AUC, EPE and NME: accuracy per joint over
 * the persons where it is labelled, then the mean over joints. Differences: distances are float64, the longer side
 * of the box is taken from [x, y, width, height], and where results do not say whose joints they are, they are paired
 * with persons as {@link pairPersons} does, as AP does: by score, from OKS 0.1.
 *
 * @param results - persons and results of other categories than the ground truth's are left out. Frame: imagePx.
 * @throws {LimberError} `invalid-argument`, `invalid-annotations` or `shape-mismatch`.
 */
export function evaluatePck(
  groundTruth: GroundTruth,
  results: Results,
  options: EvaluatePckOptions,
): PckEvaluation {
  const { threshold, normalizer, ends } = options;
  if (!(threshold > 0)) {
    const got = `${threshold}`;
    const problem = { where: 'threshold', what: 'not a distance', expected: 'a number > 0', got };
    throw new LimberError('invalid-argument', problem);
  }
  const { category } = groundTruth;
  const sizeOf = createPersonSize(category, normalizer, ends);
  const pairs = pairAll(groundTruth, toResultTable(results), options);
  const sizes = pairs.map(({ person, found }) => sizeOf(person, found));
  const distances = category.keypoints.map((_, joint) => distancesOf(joint, pairs));
  const sized = distances.map((list) => list.filter(({ index }) => sizes[index]! > 0));
  const accuracies = sized.map((list) => partBelow(list, (index) => threshold * sizes[index]!));
  return {
    pck: meanKnown(accuracies),
    epe: meanDistance(distances.flat()) ?? 0,
    nme:
      mean(
        sized
          .flat()
          .map(({ index, px }) => px / sizes[index]!)
          .filter(Number.isFinite),
      ) ?? 0,
    auc: areaUnderCurve(distances),
    perKeypoint: category.keypoints.map((name, joint) => ({
      name,
      pck: accuracies[joint]!,
      epe: meanDistance(distances[joint]!),
      labelledCount: distances[joint]!.length,
    })),
    personCount: pairs.length,
    missedCount: pairs.filter(({ found }) => found === undefined).length,
    unsizedCount: sizes.filter((size) => !(size > 0)).length,
  };
}

/** A true person and the result that is paired with it, if any. */
interface FoundPerson {
  readonly person: TruePerson;
  readonly found: CocoResult | undefined;
}

function pairAll(
  groundTruth: GroundTruth,
  table: ResultTable,
  { annotationIds, sigmas }: EvaluatePckOptions,
): FoundPerson[] {
  const categoryIds = categoryIdsOf(groundTruth);
  const foundIn = (row: number | undefined): CocoResult | undefined =>
    row === undefined ? undefined : resultAt(table, row);
  // PCK goes by the joints, not by the number that is stated of them
  const annotations = adaptPersons(groundTruth.annotations, 'xtcocotools', 'annotation');
  const joints = groundTruth.category.keypoints.length;
  for (const image of groupByImage({ ...groundTruth, annotations }, table, categoryIds)) {
    refuseImageFaults(image, table, joints);
  }
  if (annotationIds !== undefined) {
    checkIds(annotationIds, table.length);
    const rowOf = new Map(annotationIds.map((id, row) => [id, row]));
    return groundTruth.annotations.flatMap((person, index) => {
      const { iscrowd, num_keypoints, category_id } = annotations[index]!;
      const isCounted = iscrowd === 0 && num_keypoints > 0 && categoryIds.includes(category_id);
      return isCounted ? [{ person, found: foundIn(rowOf.get(person.id)) }] : [];
    });
  }
  const pairing = { sigmas: sigmas ?? chooseSigmas(groundTruth).values, categoryIds };
  return pairPersons({ ...groundTruth, annotations }, table, pairing).pairs.map(
    ({ person, row }) => ({ person, found: foundIn(row) }),
  );
}

function checkIds({ length }: readonly number[], resultCount: number): void {
  if (length === resultCount) return;
  throw new LimberError('invalid-argument', {
    where: 'annotationIds',
    what: 'wrong length',
    expected: `${resultCount}, one for each result`,
    got: `${length}`,
  });
}

/** A labelled joint of the person with this index; infinitely far where the person was not found. */
interface JointDistance {
  readonly index: number;
  readonly px: number;
}

function distancesOf(joint: number, pairs: readonly FoundPerson[]): JointDistance[] {
  return pairs.flatMap(({ person, found }, index) => {
    const at = 3 * joint;
    if (!(person.keypoints[at + 2]! > 0)) return [];
    if (found === undefined) return [{ index, px: Infinity }];
    const dx = found.keypoints[at]! - person.keypoints[at]!;
    const dy = found.keypoints[at + 1]! - person.keypoints[at + 1]!;
    return [{ index, px: Math.hypot(dx, dy) }];
  });
}

function areaUnderCurve(distances: readonly (readonly JointDistance[])[]): number {
  const accuracies = Array.from({ length: aucThresholds }, (_, step) => {
    const limitPx = (step / aucThresholds) * aucSizePx;
    return meanKnown(distances.map((list) => partBelow(list, () => limitPx)));
  });
  return mean(accuracies) ?? 0;
}

/** Over persons that were found. */
function meanDistance(distances: readonly JointDistance[]): number | null {
  return mean(distances.map(({ px }) => px).filter(Number.isFinite));
}

function partBelow(
  distances: readonly JointDistance[],
  limitPx: (index: number) => number,
): number | null {
  if (distances.length === 0) return null;
  return distances.filter(({ index, px }) => px < limitPx(index)).length / distances.length;
}

function meanKnown(values: readonly (number | null)[]): number {
  return mean(values.filter((value) => value !== null)) ?? 0;
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
