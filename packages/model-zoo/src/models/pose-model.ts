import type { LayersModel } from '@limber/engine';
import type { CodecConfig } from '@limber/keypoints';
import type { ModelSpec } from './model-spec.ts';
import { codecOf } from './model-spec.ts';
import type { Normalization } from './normalize-images.ts';
import { normalizationOf } from '../architectures/architecture.ts';

/** A network with what its inputs and outputs mean. */
export interface PoseModel {
  readonly spec: ModelSpec;
  /** Turns keypoints into targets for this model, and its heatmaps into keypoints. */
  readonly codec: CodecConfig;
  /** What its inputs are made of pixels by. */
  readonly normalization: Normalization;
  /** In: float32 [B, H, W, 3], normalised as by `normalizeImages`. Out: float32 [B, H / 4, W / 4, K]. */
  readonly model: LayersModel;
  /** Numbers that training changes. */
  readonly parameterCount: number;
  /** Frees the weights. */
  readonly dispose: () => void;
}

/** Puts a built network under the care of a PoseModel. */
export function toPoseModel(spec: ModelSpec, model: LayersModel): PoseModel {
  const sizes = model.trainableWeights.map(({ shape }) =>
    (shape as number[]).reduce((product, side) => product * side, 1),
  );
  return {
    spec,
    codec: codecOf(spec),
    normalization: normalizationOf(spec.name),
    model,
    parameterCount: sizes.reduce((sum, size) => sum + size, 0),
    dispose: () => {
      model.dispose();
    },
  };
}
