import type { Size } from '@limber/keypoints';
import { coco17 } from '@limber/keypoints';
import { modelNames, models } from '../architectures/models.ts';
import type { LayerCost } from '../networks/cost-network.ts';
import { measureNetwork } from './build-network.ts';
import type { ModelSpec } from './model-spec.ts';
import { validateModelSpec } from './model-spec.ts';

/** The size of a model, and what one image costs. */
export interface ModelDescription {
  readonly name: string;
  /** Numbers that training changes. */
  readonly parameters: number;
  /** 10^9 multiply-adds of the convolutions for one image, the count that papers and MMPose call GFLOPs. */
  readonly gflops: number;
  readonly inputSize: Size;
}

/** The layers of a model in their order, with what each holds and does. Needs no engine. @throws {LimberError} as {@link describeModel}. */
export function describeLayers(spec: ModelSpec): readonly LayerCost[] {
  validateModelSpec(spec);
  return measureNetwork(spec).layers;
}

/** All models at their usual input size, with the 17 joints of COCO. Needs no engine and takes milliseconds. */
export function describeModels(): ModelDescription[] {
  const jointCount = coco17.keypoints.length;
  return modelNames.map((name) =>
    describeModel({ name, inputSize: models[name].inputSize, jointCount }),
  );
}

/**
 * One model at any input size and number of joints.
 *
 * @throws {LimberError} `invalid-argument` naming the invalid field.
 */
export function describeModel(spec: ModelSpec): ModelDescription {
  const { name, inputSize } = spec;
  const layers = describeLayers(spec);
  const sumOf = (of: (layer: LayerCost) => number): number =>
    layers.reduce((sum, layer) => sum + of(layer), 0);
  return {
    name,
    parameters: sumOf(({ parameters }) => parameters),
    gflops: sumOf(({ multiplyAdds }) => multiplyAdds) / 1e9,
    inputSize,
  };
}
