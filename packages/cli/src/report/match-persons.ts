import type { CocoResult } from '@limber/evaluator';
import { computeOks } from '@limber/evaluator';
import type { CocoAnnotation, CocoDataset, CocoImage } from '@limber/keypoints';

/** A true person and the prediction that fits it best. */
export interface Person {
  readonly annotation: CocoAnnotation;
  readonly image: CocoImage;
  readonly prediction: CocoResult;
  /** Object keypoint similarity, 0 to 1. */
  readonly oks: number;
}

/** Gives each labelled person the most similar prediction of its image; one without a prediction is left out. */
export function matchPersons(truth: CocoDataset, predictions: readonly CocoResult[]): Person[] {
  const images = new Map(truth.images.map((image) => [image.id, image]));
  const byImage = new Map<number, CocoResult[]>();
  for (const prediction of predictions) {
    byImage.set(prediction.image_id, [...(byImage.get(prediction.image_id) ?? []), prediction]);
  }
  return truth.annotations
    .filter(({ num_keypoints, iscrowd }) => num_keypoints > 0 && iscrowd === 0)
    .flatMap((annotation) => {
      const candidates = (byImage.get(annotation.image_id) ?? []).map((prediction) => ({
        annotation,
        image: images.get(annotation.image_id)!,
        prediction,
        oks: computeOks(annotation, prediction, truth.skeleton.sigmas),
      }));
      return candidates.toSorted((a, b) => b.oks - a.oks).slice(0, 1);
    });
}

/** Up to `count` items, at even distances. */
export function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)]!);
}
