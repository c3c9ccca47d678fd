import type { Size } from '@limber/keypoints';
import type { Network } from '../networks/network.ts';
import type { CodecChoice } from './codec-choice.ts';
import { usualCodec } from './codec-choice.ts';
import type { HeadOptions } from './head-options.ts';
import { hrNet } from './hrnet.ts';
import type { LimberSize } from './limber.ts';
import { limber } from './limber.ts';
import { mobileNetV2 } from './mobilenet-v2.ts';
import { moveNet } from './movenet.ts';
import type { Normalization } from './normalization.ts';
import { imageNetNormalization, signedNormalization } from './normalization.ts';
import type { Recipe } from './recipes.ts';
import {
  limberRecipe,
  rtmPoseRecipe,
  topDownHeatmapRecipe,
  vitPoseSmallRecipe,
} from './recipes.ts';
import type { ResNetDepth } from './resnet.ts';
import type { RtmPoseSize } from './rtmpose.ts';
import { rtmPose } from './rtmpose.ts';
import { simpleBaseline } from './simple-baseline.ts';
import { vitPoseSmall } from './vitpose.ts';

export type { CodecChoice } from './codec-choice.ts';
export { usualCodec } from './codec-choice.ts';
export { layerNamesOf } from './layer-names.ts';
export { isOwnArchitecture, ownArchitecture } from './own-architecture-path.ts';

/** Every model there is. */
export type ModelName =
  | 'limber-tiny'
  | 'limber-small'
  | 'simplebaseline-resnet18'
  | 'simplebaseline-resnet34'
  | 'simplebaseline-resnet50'
  | 'simplebaseline-resnet101'
  | 'mobilenetv2'
  | 'hrnet-w32'
  | 'hrnet-w48'
  | 'rtmpose-t'
  | 'rtmpose-s'
  | 'rtmpose-m'
  | 'vitpose-s'
  | 'movenet-lightning'
  | 'movenet-thunder';

/** All that belongs to a model. */
export interface ModelEntry {
  /**
   * Adds the layers of the model to a network.
   *
   * @param input - [B, H, W, 3], normalised; H and W multiples of {@link inputSideMultiple}.
   * @returns what {@link output} says.
   */
  readonly build: <T>(network: Network<T>, input: T, head: HeadOptions) => T;
  /** `heatmaps`: [B, H / 4, W / 4, K], to which heads for other codecs can be added. `simcc`: [B, 1, K, bins of x and of y]. */
  readonly output: 'heatmaps' | 'simcc';
  /** What it learns where nothing else is said. */
  readonly codec: CodecChoice;
  /** The input size at which the model is described. */
  readonly inputSize: Size;
  /** What is done to the images before. */
  readonly normalization: Normalization;
  /** Whether its heatmaps lie between 0 and 1, which the loss `cross-entropy` needs. */
  readonly isBounded: boolean;
  /** How it is trained: the configuration's preset of the model's name. Without one there is no such preset. */
  readonly recipe?: Recipe;
}

/** Input sides are multiples of this: every model halves its maps five times. */
export const inputSideMultiple = 32;

/** How many input pixels there are to one heatmap pixel. */
export const heatmapStride = 4;

/** What the models of papers have in common. */
const topDown = {
  output: 'heatmaps',
  codec: usualCodec,
  inputSize: { height: 256, width: 192 },
  normalization: imageNetNormalization,
  isBounded: false,
} as const;

function limberOf(size: LimberSize): ModelEntry {
  return {
    build: (network, input, { jointCount }) => limber(network, input, { size, jointCount }),
    output: 'heatmaps',
    codec: usualCodec,
    inputSize: { height: 128, width: 96 },
    normalization: imageNetNormalization,
    isBounded: false,
    recipe: limberRecipe,
  };
}

function simpleBaselineOf(depth: ResNetDepth): ModelEntry {
  return {
    build: (network, input, { jointCount }) =>
      simpleBaseline(network, input, { depth, jointCount }),
    ...topDown,
    recipe: topDownHeatmapRecipe,
  };
}

function hrNetOf(width: 32 | 48): ModelEntry {
  return {
    build: (network, input, { jointCount }) => hrNet(network, input, { width, jointCount }),
    ...topDown,
    recipe: topDownHeatmapRecipe,
  };
}

function rtmPoseOf(size: RtmPoseSize): ModelEntry {
  return {
    build: (network, input, head) => rtmPose(network, input, { size, ...head }),
    ...topDown,
    output: 'simcc',
    codec: { type: 'simcc' },
    recipe: rtmPoseRecipe({ weightDecay: size === 'm' ? 0.05 : 0, hasAverage: size !== 't' }),
  };
}

/** Every model, with what belongs to it. */
export const models: Readonly<Record<ModelName, ModelEntry>> = {
  'limber-tiny': limberOf('tiny'),
  'limber-small': limberOf('small'),
  'simplebaseline-resnet18': simpleBaselineOf(18),
  'simplebaseline-resnet34': simpleBaselineOf(34),
  'simplebaseline-resnet50': simpleBaselineOf(50),
  'simplebaseline-resnet101': simpleBaselineOf(101),
  mobilenetv2: {
    build: (network, input, { jointCount }) => mobileNetV2(network, input, jointCount),
    ...topDown,
    recipe: topDownHeatmapRecipe,
  },
  'hrnet-w32': hrNetOf(32),
  'hrnet-w48': hrNetOf(48),
  'rtmpose-t': rtmPoseOf('t'),
  'rtmpose-s': rtmPoseOf('s'),
  'rtmpose-m': rtmPoseOf('m'),
  'vitpose-s': {
    build: (network, input, { jointCount }) => vitPoseSmall(network, input, jointCount),
    ...topDown,
    codec: { type: 'udp-heatmap' },
    recipe: vitPoseSmallRecipe,
  },
  'movenet-lightning': {
    build: (network, input, { jointCount }) => moveNet(network, input, { width: 1, jointCount }),
    output: 'heatmaps',
    codec: usualCodec,
    inputSize: { height: 192, width: 192 },
    normalization: signedNormalization,
    isBounded: true,
  },
  'movenet-thunder': {
    build: (network, input, { jointCount }) => moveNet(network, input, { width: 1.75, jointCount }),
    output: 'heatmaps',
    codec: usualCodec,
    inputSize: { height: 256, width: 256 },
    normalization: signedNormalization,
    isBounded: true,
  },
};

/** The names of {@link models}. */
export const modelNames: readonly ModelName[] = Object.keys(models) as ModelName[];

/** The models with published weights, which are fetched where they are not installed. */
export const pretrainedNames = ['movenet-lightning', 'movenet-thunder'] as const;
