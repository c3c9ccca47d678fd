import type { LayersModel } from '@limber/engine';
import { sizeOfShape } from '@limber/engine';
import type { CodecConfig } from '@limber/keypoints';
import type { Normalization } from '../architectures/normalization.ts';
import type { ModelSpec } from './model-spec.ts';
import { architectureOf, codecOf } from './model-spec.ts';

/** A network with what its inputs and outputs mean. */
export interface PoseModel {
  readonly spec: ModelSpec;
  /** Turns keypoints into targets for this model, and its output into keypoints. */
  readonly codec: CodecConfig;
  /** What `imageBatch` is to do to the images. */
  readonly normalization: Normalization;
  /** In: float32 [B, H, W, 3], normalised. Out: float32, as `buildNetwork` says. */
  readonly model: LayersModel;
  /** Numbers that training changes. */
  readonly parameterCount: number;
  /** Frees the weights. */
  readonly dispose: () => void;
}

/** A PoseModel of a network that was built for a spec. */
export function toPoseModel(spec: ModelSpec, model: LayersModel): PoseModel {
  const sizes = model.trainableWeights.map(({ shape }) => sizeOfShape(shape as number[]));
  return {
    spec,
    codec: codecOf(spec),
    normalization: architectureOf(spec).normalization,
    model,
    parameterCount: sizes.reduce((sum, size) => sum + size, 0),
    dispose: () => {
      model.dispose();
    },
  };
}
