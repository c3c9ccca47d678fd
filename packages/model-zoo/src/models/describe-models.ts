import type { Size } from '@limber/keypoints';
import { coco17 } from '@limber/keypoints';
import { layModel } from '../architectures/architecture.ts';
import type { ModelName } from '../architectures/model-names.ts';
import { modelNames } from '../architectures/model-names.ts';
import { createCostNetwork } from '../networks/cost-network.ts';
import type { ModelSpec } from './model-spec.ts';
import { validateModelSpec } from './model-spec.ts';

/** What a model weighs and costs. */
export interface ModelDescription {
  readonly name: ModelName;
  /** Numbers that training changes. */
  readonly parameters: number;
  /** 10^9 multiply-adds of the convolutions for one image, the count that papers and MMPose call GFLOPs. */
  readonly gflops: number;
  readonly inputSize: Size;
}

const inputChannels = 3;

/** All models at their usual input size, with the 17 joints of COCO. Needs no engine and takes milliseconds. */
export function describeModels(): ModelDescription[] {
  const jointCount = coco17.keypoints.length;
  return modelNames.map((name) =>
    describeModel({ name, inputSize: usualInputSize(name), jointCount }),
  );
}

/**
 * One model at any input size and number of joints.
 *
 * @throws {LimberError} `invalid-argument` if the spec makes no sense.
 */
export function describeModel(spec: ModelSpec): ModelDescription {
  const { name, inputSize, jointCount } = validateModelSpec(spec);
  const { network, cost } = createCostNetwork();
  layModel(network, name, { ...inputSize, channels: inputChannels }, jointCount);
  return { name, parameters: cost.parameters, gflops: cost.multiplyAdds / 1e9, inputSize };
}

function usualInputSize(name: ModelName): Size {
  switch (name) {
    case 'limber-tiny':
      return { height: 128, width: 96 };
    case 'simplebaseline-resnet18':
    case 'simplebaseline-resnet34':
    case 'simplebaseline-resnet50':
    case 'simplebaseline-resnet101':
      return { height: 256, width: 192 };
    case 'movenet-lightning':
      return { height: 192, width: 192 };
    case 'movenet-thunder':
      return { height: 256, width: 256 };
  }
}
