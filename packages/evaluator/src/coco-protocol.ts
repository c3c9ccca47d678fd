/**
 * The numbers of COCO's keypoint evaluation.
 *
 * @see Lin et al. 2014, arXiv:1405.0312, and the dataset's keypoint evaluation page; the spacing is numpy.linspace's,
 * to the last bit, since an OKS may lie on a threshold.
 */

/** OKS from which a detection counts as right: 0.50, 0.55, …, 0.95. */
export const oksThresholds: readonly number[] = linearSpace(0.5, 0.95, 10);

/** Places where precision is read off: recall 0, 0.01, …, 1. */
export const recallThresholds: readonly number[] = linearSpace(0, 1, 101);

/** Persons of some sizes, which are scored by themselves too. */
export interface AreaRange {
  readonly name: string;
  /** Square pixels, itself included. */
  readonly low: number;
  /** Square pixels, itself included. */
  readonly high: number;
}

/** The ranges of AP, APm and APl. COCO has no small persons with keypoints. */
export const areaRanges: readonly AreaRange[] = [
  { name: 'all', low: 0, high: 1e5 ** 2 },
  { name: 'medium', low: 32 ** 2, high: 96 ** 2 },
  { name: 'large', low: 96 ** 2, high: 1e5 ** 2 },
];

/** Detections that count in one image, the best-scored first. */
export const cocoMaxDetections = 20;

function linearSpace(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1);
  const values = Array.from({ length: count }, (_, index) => index * step + start);
  values[count - 1] = stop;
  return values;
}
