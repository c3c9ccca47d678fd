import type { AreaRange } from '../coco-protocol.ts';
import { oksThresholds } from '../coco-protocol.ts';
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

/** AP and AR of the persons in one area range. */
export interface AreaScores {
  readonly name: string;
  readonly AP: number;
  readonly AR: number;
}

/**
 * Averages precision and recall into the ten numbers of COCO.
 *
 * @param ranges - those that the curves were drawn for; without a `medium` or `large` one its numbers are -1.
 */
export function summarize(
  { precision, recall }: PrecisionRecall,
  ranges: readonly AreaRange[],
): KeypointScores {
  const mean = (values: Float64Array, name: string, threshold?: number): number => {
    const area = ranges.findIndex((range) => range.name === name);
    return meanOver(values, { area, rangeCount: ranges.length, threshold });
  };
  return {
    AP: mean(precision, 'all'),
    AP50: mean(precision, 'all', at50),
    AP75: mean(precision, 'all', at75),
    APm: mean(precision, 'medium'),
    APl: mean(precision, 'large'),
    AR: mean(recall, 'all'),
    AR50: mean(recall, 'all', at50),
    AR75: mean(recall, 'all', at75),
    ARm: mean(recall, 'medium'),
    ARl: mean(recall, 'large'),
  };
}

/** AP and AR of each area range. */
export function summarizeAreas(
  { precision, recall }: PrecisionRecall,
  ranges: readonly AreaRange[],
): AreaScores[] {
  return ranges.map(({ name }, area) => {
    const part = { area, rangeCount: ranges.length };
    return { name, AP: meanOver(precision, part), AR: meanOver(recall, part) };
  });
}

/** The mean over one area range, of all OKS thresholds or one; categories without persons (-1) left out. */
function meanOver(
  values: Float64Array,
  {
    area,
    rangeCount,
    threshold,
  }: {
    readonly area: number;
    readonly rangeCount: number;
    readonly threshold?: number | undefined;
  },
): number {
  if (area < 0) return -1;
  const perArea = values.length / rangeCount;
  const perThreshold = perArea / oksThresholds.length;
  const start = area * perArea + (threshold ?? 0) * perThreshold;
  const end = start + (threshold === undefined ? perArea : perThreshold);
  const known = values.subarray(start, end).filter((value) => value > -1);
  return known.length === 0 ? -1 : pairwiseSum(known, 0, known.length) / known.length;
}
