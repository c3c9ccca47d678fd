import type { KeypointBatch } from '@limber/dataset-loader';
import type { Size, Skeleton } from '@limber/keypoints';
import type { Callback } from '@limber/trainer';
import type { DrawnPose } from './draw-pose.ts';
import { annotatedPose, drawPoses } from './draw-pose.ts';
import type { KeypointPredictor } from './keypoint-predictor.ts';

/** Which pictures are logged. */
export interface PredictionImagesOptions {
  readonly predictor: Pick<KeypointPredictor, 'locate'>;
  readonly skeleton: Skeleton;
  readonly inputSize: Size;
  /** Persons of the first validation batch that are drawn. */
  readonly persons: number;
}

/** Hands the loggers the first persons of each validation, with predicted (orange) and true joints (green). */
export function createPredictionImages({
  predictor,
  skeleton,
  inputSize,
  persons,
}: PredictionImagesOptions): Callback<KeypointBatch> {
  const bytes = inputSize.height * inputSize.width * 3;
  return {
    onValidationBatchEnd: async (trainer, _module, batch, index) => {
      if (index > 0 || trainer.isSanityChecking) return;
      const found = predictor.locate(batch);
      for (let person = 0; person < Math.min(persons, batch.size); person++) {
        const predicted: DrawnPose = {
          points: found[person]!.keypoints,
          stride: 2,
          isShown: () => true,
          colour: '#f80',
        };
        const truth = annotatedPose(batch.keypoints, person, skeleton.keypoints.length);
        const image = batch.images.subarray(person * bytes, (person + 1) * bytes);
        const drawn = await drawPoses(image, inputSize, [truth, predicted], skeleton.links);
        trainer.logImage(`val/annotation-${batch.annotationIds[person]}`, drawn);
      }
    },
  };
}
