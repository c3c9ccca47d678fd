import { oksThresholds, recallThresholds } from '../coco-protocol.ts';
import {
  allFalsePositive,
  falsePositiveBit,
  truePositiveBit,
} from '../matching/match-detections.ts';
import type { RankedDetections } from './rank-detections.ts';

const thresholdCount = oksThresholds.length;
const recallCount = recallThresholds.length;

/** Precision and recall of every setting; -1 where no person counts. */
export interface PrecisionRecall {
  /** [areas, OKS thresholds, recall thresholds, categories]: the best precision at this recall or a higher one. */
  readonly precision: Float64Array;
  /** [areas, OKS thresholds, categories]: the recall when every detection counts. */
  readonly recall: Float64Array;
}

/**
 * Draws precision over recall.
 *
 * @param rankings - one for each category.
 * @param weights - [images by ascending id] how often each image counts; by default once.
 */
export function drawPrecisionRecall(
  rankings: readonly RankedDetections[],
  weights?: Float64Array,
): PrecisionRecall {
  const categories = rankings.length;
  const rangeCount = rankings[0]?.outcomes.length ?? 0;
  const precision = new Float64Array(rangeCount * thresholdCount * recallCount * categories);
  const recall = new Float64Array(rangeCount * thresholdCount * categories);
  precision.fill(-1);
  recall.fill(-1);
  for (const [category, { images, outcomes, imagePlaces }] of rankings.entries()) {
    const weightOf = weights ?? new Float64Array(images.length).fill(1);
    const counted = createCounted(imagePlaces.length);
    const hits = createHits(imagePlaces.length);
    for (const [area, outcomesOfArea] of outcomes.entries()) {
      let personCount = 0;
      for (const [place, { personCounts }] of images.entries()) {
        personCount += personCounts[area]! * weightOf[place]!;
      }
      if (personCount === 0) continue;
      collectCounted(counted, { outcomes: outcomesOfArea, imagePlaces, weightOf });
      for (let t = 0; t < thresholdCount; t++) {
        collectHits(hits, counted, t);
        const setting = area * thresholdCount + t;
        const { length, counts, precisions } = hits;
        recall[setting * categories + category] =
          length === 0 ? 0 : counts[length - 1]! / personCount;
        for (let r = 0, at = 0; r < recallCount; r++) {
          while (at < length && counts[at]! / personCount < recallThresholds[r]!) at++;
          precision[(setting * recallCount + r) * categories + category] =
            at < length ? precisions[at]! : 0;
        }
      }
    }
  }
  return { precision, recall };
}

/**
 * The detections that count in one area range, in the order of their rank. Most are wrong at every threshold: of those
 * there is only the sum.
 */
interface Counted {
  length: number;
  readonly outcomes: Uint32Array;
  readonly weights: Float64Array;
  /** Weight of the detections since the one before that are wrong at every threshold. */
  readonly wrongBefore: Float64Array;
}

function createCounted(size: number): Counted {
  return {
    length: 0,
    outcomes: new Uint32Array(size),
    weights: new Float64Array(size),
    wrongBefore: new Float64Array(size),
  };
}

function collectCounted(
  counted: Counted,
  detections: {
    readonly outcomes: Uint32Array;
    readonly imagePlaces: Uint32Array;
    readonly weightOf: Float64Array;
  },
): void {
  const { outcomes, imagePlaces, weightOf } = detections;
  let length = 0;
  let wrong = 0;
  for (let rank = 0; rank < outcomes.length; rank++) {
    const outcome = outcomes[rank]!;
    const weight = weightOf[imagePlaces[rank]!]!;
    if (outcome === 0 || weight === 0) continue;
    if (outcome === allFalsePositive) {
      wrong += weight;
      continue;
    }
    counted.outcomes[length] = outcome;
    counted.weights[length] = weight;
    counted.wrongBefore[length++] = wrong;
    wrong = 0;
  }
  counted.length = length;
}

/** The right detections in the order of their rank. Between them precision only falls, so they are all that matters. */
interface Hits {
  length: number;
  /** How many are right up to this one. */
  readonly counts: Float64Array;
  /** The best precision from this one on. */
  readonly precisions: Float64Array;
}

function createHits(size: number): Hits {
  return { length: 0, counts: new Float64Array(size), precisions: new Float64Array(size) };
}

function collectHits(hits: Hits, counted: Counted, threshold: number): void {
  const { counts, precisions } = hits;
  const { outcomes, weights, wrongBefore } = counted;
  const rightMask = truePositiveBit << threshold;
  const wrongMask = falsePositiveBit << threshold;
  let right = 0;
  let wrong = 0;
  let length = 0;
  for (let at = 0; at < counted.length; at++) {
    const outcome = outcomes[at]!;
    wrong += wrongBefore[at]!;
    if ((outcome & wrongMask) !== 0) {
      wrong += weights[at]!;
    } else if ((outcome & rightMask) !== 0) {
      right += weights[at]!;
      counts[length] = right;
      precisions[length++] = right / (wrong + right + Number.EPSILON);
    }
  }
  raiseToEnvelope(precisions, length);
  hits.length = length;
}

function raiseToEnvelope(precisions: Float64Array, length: number): void {
  for (let at = length - 1; at > 0; at--) {
    if (precisions[at]! > precisions[at - 1]!) precisions[at - 1] = precisions[at]!;
  }
}
