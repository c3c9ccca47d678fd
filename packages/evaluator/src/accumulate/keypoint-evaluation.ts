import type { AreaRange } from '../coco-protocol.ts';
import { truePositiveBit } from '../matching/match-detections.ts';
import type { DetectionLog } from './detection-log.ts';
import type { AreaScores, KeypointScores } from './keypoint-scores.ts';
import { summarize, summarizeAreas } from './keypoint-scores.ts';
import { drawPrecisionRecall } from './precision-recall.ts';
import type { RankedDetections } from './rank-detections.ts';

/** The place of the range of every person. */
const allPersons = 0;

/** How much a score rests on. */
interface Counts {
  readonly imageCount: number;
  /** Persons that count: labelled, not crowds. */
  readonly personCount: number;
  /** Detections that count: at most `maxDetections` in one image and category. */
  readonly detectionCount: number;
}

/** COCO's ten numbers, what they rest on, and what they are made of. */
export interface KeypointEvaluation extends KeypointScores, Counts {
  readonly perArea: readonly AreaScores[];
  /** In ascending order of ids. */
  readonly perCategory: readonly CategoryEvaluation[];
  /** In ascending order of ids. */
  readonly perImage: readonly ImageEvaluation[];
  /** In the order of the skeleton. */
  readonly perKeypoint: readonly JointEvaluation[];
}

/** The ten numbers of one category. */
export interface CategoryEvaluation extends KeypointScores, Counts {
  readonly categoryId: number;
}

/** What was found in one image, by OKS of at least 0.5. */
export interface ImageEvaluation {
  readonly imageId: number;
  /** Persons that count. */
  readonly personCount: number;
  readonly detectionCount: number;
  /** Persons that were found. */
  readonly foundCount: number;
  /** Detections of nobody. */
  readonly wrongCount: number;
  /** Mean OKS over the persons that count, 0 for those that were not found; null without persons. */
  readonly meanOks: number | null;
}

/** How near one joint is, over the persons that were found with OKS of at least 0.5. */
export interface JointEvaluation {
  /** Mean of exp(-d² / (2 area (2 sigma)²)) in [0, 1]; null where no found person has it labelled. */
  readonly oks: number | null;
  /** Found persons that have it labelled. */
  readonly count: number;
}

/**
 * Sums up what was logged.
 *
 * @param logs - one for each category, in the order of `categoryIds`; likewise the rankings.
 */
export function describeEvaluation(
  logs: readonly DetectionLog[],
  rankings: readonly RankedDetections[],
  {
    categoryIds,
    ranges,
  }: { readonly categoryIds: readonly number[]; readonly ranges: readonly AreaRange[] },
): KeypointEvaluation {
  const curves = drawPrecisionRecall(rankings);
  const scores = summarize(curves, ranges);
  const perCategory = logs.map((log, index) => ({
    categoryId: categoryIds[index]!,
    ...(logs.length === 1 ? scores : summarize(drawPrecisionRecall([rankings[index]!]), ranges)),
    ...countIn(log),
  }));
  return {
    ...scores,
    imageCount: logs[0]?.images.length ?? 0,
    personCount: sumOf(perCategory.map(({ personCount }) => personCount)),
    detectionCount: sumOf(perCategory.map(({ detectionCount }) => detectionCount)),
    perArea: summarizeAreas(curves, ranges),
    perCategory,
    perImage: describeImages(logs, rankings),
    perKeypoint: describeJoints(logs),
  };
}

function countIn(log: DetectionLog): Counts {
  const personCount = sumOf(log.images.map(({ personCounts }) => personCounts[allPersons]!));
  return { imageCount: log.images.length, personCount, detectionCount: log.length };
}

function describeImages(
  logs: readonly DetectionLog[],
  rankings: readonly RankedDetections[],
): ImageEvaluation[] {
  const images = rankings[0]?.images ?? [];
  return images.map(({ id }, place) => {
    let personCount = 0;
    let detectionCount = 0;
    let foundCount = 0;
    let wrongCount = 0;
    let similarity = 0;
    for (const [category, log] of logs.entries()) {
      const { start, end, personCounts } = rankings[category]!.images[place]!;
      personCount += personCounts[allPersons]!;
      detectionCount += end - start;
      for (let at = start; at < end; at++) {
        const outcome = log.outcomes[at * log.rangeCount + allPersons]!;
        if ((outcome & truePositiveBit) !== 0) foundCount++;
        else if (outcome !== 0) wrongCount++;
        similarity += log.similarities[at]!;
      }
    }
    const meanOks = personCount === 0 ? null : similarity / personCount;
    return { imageId: id, personCount, detectionCount, foundCount, wrongCount, meanOks };
  });
}

function describeJoints(logs: readonly DetectionLog[]): JointEvaluation[] {
  const joints = logs[0]?.jointSums.length ?? 0;
  return Array.from({ length: joints }, (_, joint) => {
    const count = sumOf(logs.map(({ jointCounts }) => jointCounts[joint]!));
    const sum = sumOf(logs.map(({ jointSums }) => jointSums[joint]!));
    return { oks: count === 0 ? null : sum / count, count };
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
