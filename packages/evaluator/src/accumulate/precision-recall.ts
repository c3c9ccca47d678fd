import { areaRanges, oksThresholds, recallThresholds } from '../coco-protocol.ts';
import { falsePositiveBit, truePositiveBit } from '../matching/match-detections.ts';
import { rankByScore } from '../matching/rank-by-score.ts';
import type { DetectionLog } from './detection-log.ts';

const rangeCount = areaRanges.length;
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
 * Ranks the detections of all images together and draws precision over recall.
 *
 * @param logs - one for each category.
 */
export function drawPrecisionRecall(logs: readonly DetectionLog[]): PrecisionRecall {
  const categories = logs.length;
  const precision = new Float64Array(rangeCount * thresholdCount * recallCount * categories);
  const recall = new Float64Array(rangeCount * thresholdCount * categories);
  precision.fill(-1);
  recall.fill(-1);
  for (const [category, log] of logs.entries()) {
    const ranked = log.byImage();
    rankByScore(log.scores, ranked, log.length);
    const curve = new Float64Array(log.length);
    const recalls = new Float64Array(log.length);
    for (let area = 0; area < rangeCount; area++) {
      const personCount = log.personCounts[area]!;
      if (personCount === 0) continue;
      for (let t = 0; t < thresholdCount; t++) {
        countAlong(log, ranked, area, t, personCount, curve, recalls);
        raiseToEnvelope(curve);
        const setting = area * thresholdCount + t;
        recall[setting * categories + category] = recalls.at(-1) ?? 0;
        for (let r = 0, at = 0; r < recallCount; r++) {
          while (at < recalls.length && recalls[at]! < recallThresholds[r]!) at++;
          precision[(setting * recallCount + r) * categories + category] = curve[at] ?? 0;
        }
      }
    }
  }
  return { precision, recall };
}

function countAlong(
  log: DetectionLog,
  ranked: Uint32Array,
  area: number,
  threshold: number,
  personCount: number,
  curve: Float64Array,
  recalls: Float64Array,
): void {
  const { outcomes } = log;
  const rightMask = truePositiveBit << threshold;
  const wrongMask = falsePositiveBit << threshold;
  let right = 0;
  let wrong = 0;
  for (let at = 0; at < ranked.length; at++) {
    const outcome = outcomes[ranked[at]! * rangeCount + area]!;
    if ((outcome & rightMask) !== 0) right++;
    else if ((outcome & wrongMask) !== 0) wrong++;
    recalls[at] = right / personCount;
    curve[at] = right / (wrong + right + Number.EPSILON);
  }
}

/** Makes each precision at least as high as any at a higher recall. */
function raiseToEnvelope(curve: Float64Array): void {
  for (let at = curve.length - 1; at > 0; at--) {
    if (curve[at]! > curve[at - 1]!) curve[at - 1] = curve[at]!;
  }
}
