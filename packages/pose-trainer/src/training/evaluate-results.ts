import type { CocoResult } from '@limber/evaluator';
import { evaluateKeypoints, evaluatePck } from '@limber/evaluator';
import type { CocoDataset } from '@limber/keypoints';

/** What of a dataset a validation is scored against. */
export type PoseTruth = Pick<CocoDataset, 'images' | 'annotations' | 'category' | 'skeleton'>;

/** A joint is right within this part of the longer side of the person's box. */
const pckThreshold = 0.2;

/**
 * COCO AP, and PCK@0.2 of the longer side of the box.
 *
 * @param annotationIds - [results] the person that each is of.
 */
export function evaluateResults(
  truth: PoseTruth,
  results: readonly CocoResult[],
  annotationIds: readonly number[],
): { AP: number; AP50: number; AP75: number; PCK: number } {
  const { sigmas } = truth.skeleton;
  const settings = { sigmas, personArea: 'annotation-or-box' } as const;
  const { AP, AP50, AP75 } = evaluateKeypoints(truth, results, settings);
  const pck = evaluatePck(truth, results, {
    threshold: pckThreshold,
    normalizer: 'bbox',
    annotationIds,
  });
  return { AP, AP50, AP75, PCK: pck.pck };
}

/** The truth about some persons alone, for a validation that looked at a part. */
export function restrictTruth(truth: PoseTruth, annotationIds: ReadonlySet<number>): PoseTruth {
  const annotations = truth.annotations.filter(({ id }) => annotationIds.has(id));
  const imageIds = new Set(annotations.map(({ image_id }) => image_id));
  return { ...truth, annotations, images: truth.images.filter(({ id }) => imageIds.has(id)) };
}
