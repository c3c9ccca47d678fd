import type { KeypointBatch } from '@limber/dataset-loader';
import type { Size, Skeleton } from '@limber/keypoints';
import type { Callback } from '@limber/trainer';
import type { KeypointPredictor } from '../prediction/keypoint-predictor.ts';
import { drawBatchPerson } from './draw-batch-person.ts';
import { pointsOf } from './draw-pose.ts';

/** Hands the loggers the first persons of each validation, with their predicted and true joints. */
export function createPredictionImages({
  predictor,
  persons,
  ...drawing
}: {
  readonly predictor: Pick<KeypointPredictor, 'locate'>;
  readonly skeleton: Skeleton;
  readonly inputSize: Size;
  /** Persons of the first validation batch that are drawn. */
  readonly persons: number;
}): Callback<KeypointBatch> {
  return {
    onValidationBatchEnd: async (trainer, batch, index) => {
      if (index > 0 || trainer.isSanityChecking) return;
      const found = await predictor.locate(batch);
      for (let person = 0; person < Math.min(persons, batch.size); person++) {
        const predicted = pointsOf(found[person]!.keypoints, 2);
        const image = await drawBatchPerson(batch, person, { ...drawing, predicted });
        trainer.logImage(`val/annotation-${batch.annotationIds[person]}`, image);
      }
    },
  };
}
