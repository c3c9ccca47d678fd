import type { AreaRange } from '../coco-protocol.ts';
import { areaRanges, oksThresholds } from '../coco-protocol.ts';
import { pairwiseSum } from '../oks/pairwise-sum.ts';
import type { PrecisionRecall } from './precision-recall.ts';

/** The ten numbers of COCO's keypoint evaluation, in [0, 1], or -1 where no person counts. */
export interface KeypointScores {
  /** Average precision over OKS 0.50:0.05:0.95. The headline. */
  readonly AP: number;
  readonly AP50: number;
  readonly AP75: number;
  /** Persons of 32² to 96² square pixels. */
  readonly APm: number;
  /** Persons of more than 96² square pixels. */
  readonly APl: number;
  /** Average recall over OKS 0.50:0.05:0.95. */
  readonly AR: number;
  readonly AR50: number;
  readonly AR75: number;
  readonly ARm: number;
  readonly ARl: number;
}

/** The names of the ten numbers, in COCO's order. */
export const scoreNames: readonly (keyof KeypointScores)[] = [
  'AP',
  'AP50',
  'AP75',
  'APm',
  'APl',
  'AR',
  'AR50',
  'AR75',
  'ARm',
  'ARl',
];

const at50 = oksThresholds.indexOf(0.5);
const at75 = oksThresholds.indexOf(0.75);

/** Averages precision and recall into the ten numbers of COCO. */
export function summarize({ precision, recall }: PrecisionRecall): KeypointScores {
  return {
    AP: meanOver(precision, 'all'),
    AP50: meanOver(precision, 'all', at50),
    AP75: meanOver(precision, 'all', at75),
    APm: meanOver(precision, 'medium'),
    APl: meanOver(precision, 'large'),
    AR: meanOver(recall, 'all'),
    AR50: meanOver(recall, 'all', at50),
    AR75: meanOver(recall, 'all', at75),
    ARm: meanOver(recall, 'medium'),
    ARl: meanOver(recall, 'large'),
  };
}

/** The mean over one area range, of all OKS thresholds or one; categories without persons (-1) left out. */
function meanOver(values: Float64Array, area: AreaRange['name'], threshold?: number): number {
  const perArea = values.length / areaRanges.length;
  const perThreshold = perArea / oksThresholds.length;
  const start =
    areaRanges.findIndex(({ name }) => name === area) * perArea + (threshold ?? 0) * perThreshold;
  const end = start + (threshold === undefined ? perArea : perThreshold);
  const known = values.subarray(start, end).filter((value) => value > -1);
  return known.length === 0 ? -1 : pairwiseSum(known, 0, known.length) / known.length;
}
