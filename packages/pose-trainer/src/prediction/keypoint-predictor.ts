import type { KeypointBatch } from '@limber/dataset-loader';
import type { Engine, NamedWeight, Tensor4D } from '@limber/engine';
import { imageBatch, namedWeights, readResult } from '@limber/engine';
import type { CocoResult } from '@limber/evaluator';
import type { DecodedKeypoints } from '@limber/keypoints';
import { createCodec } from '@limber/keypoints';
import type { PoseModel } from '@limber/model-zoo';
import { decodeResults } from './decode-results.ts';
import { averageWithMirror, mirrorImages } from './flip-test.ts';

/** What prediction needs of a batch: its images, and where they came from. */
type PredictionBatch = Pick<KeypointBatch, 'size' | 'images' | 'imageIds' | 'toImage'>;

/** A pose model's forward pass and what follows it, without anything to train. */
export interface KeypointPredictor {
  readonly weights: readonly NamedWeight[];
  /** @returns the model's output. */
  forward(batch: PredictionBatch, isTraining: boolean): Tensor4D;
  /** With a flip test, the output averaged with that for the mirror images; else as it is. */
  withMirror(batch: PredictionBatch, output: Tensor4D): Tensor4D;
  /** @param output - the values of that for the batch. */
  decode(output: Float32Array, batch: PredictionBatch): CocoResult[];
  predictStep(batch: PredictionBatch): Promise<readonly CocoResult[]>;
  /** The joints of each person in inputPx. */
  locate(batch: KeypointBatch): Promise<DecodedKeypoints[]>;
}

/** What prediction and training share. */
export function createKeypointPredictor({
  engine,
  model,
  categoryId,
  flipIndices,
}: {
  readonly engine: Engine;
  readonly model: PoseModel;
  readonly categoryId: number;
  /** Given, predictions are averaged with those of the mirror image (flip test): [K] indices of a skeleton. */
  readonly flipIndices?: readonly number[];
}): KeypointPredictor {
  const codec = createCodec(model.codec);
  const { jointCount, inputSize } = model.spec;
  const { height, width } = inputSize;
  const imagesOf = (batch: PredictionBatch): Tensor4D =>
    imageBatch(engine, batch.images, {
      shape: [batch.size, height, width, 3],
      ...model.normalization,
    });
  const apply = (images: Tensor4D, isTraining: boolean): Tensor4D =>
    model.model.apply(images, { training: isTraining }) as Tensor4D;
  const predictor: KeypointPredictor = {
    weights: namedWeights(model.model),
    forward: (batch, isTraining) => apply(imagesOf(batch), isTraining),
    withMirror: (batch, output) => {
      if (flipIndices === undefined) return output;
      const ofMirror = apply(mirrorImages(engine, imagesOf(batch)), false);
      const { cropConvention } = codec;
      const geometry = { flipIndices, codec: model.codec, cropConvention };
      return averageWithMirror(engine, { output, ofMirror }, geometry);
    },
    decode: (output, batch) => decodeResults(output, batch, { codec, categoryId, jointCount }),
    predictStep: async (batch) => {
      const output = await readResult(engine, () =>
        predictor.withMirror(batch, predictor.forward(batch, false)),
      );
      return predictor.decode(output, batch);
    },
    locate: async (batch) => {
      const output = await readResult(engine, () => predictor.forward(batch, false));
      const stride = output.length / batch.size;
      return Array.from({ length: batch.size }, (_, person) =>
        codec.decode(output.subarray(person * stride, (person + 1) * stride), jointCount),
      );
    },
  };
  return predictor;
}
