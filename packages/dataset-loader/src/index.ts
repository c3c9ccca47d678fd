export { packDataset } from './packing/pack-dataset.ts';
export { joinShards } from './packing/join-shards.ts';
export type { PackOptions } from './packing/pack-dataset.ts';
export { holdsShards } from './shards/shard-index.ts';
export type { LeftOut, ShardEntry, ShardIndex, SkippedImage } from './shards/shard-index.ts';
export type { HalfBodyReach, Reach } from './regions/reach.ts';
export { KeypointDataset } from './datasets/keypoint-dataset.ts';
export type { KeypointHead, KeypointRow } from './datasets/keypoint-row.ts';
export type { Scratch } from './shards/read-bytes.ts';
export type { SplitOptions } from './datasets/split-rows.ts';
export { MixedDataset } from './datasets/mixed-dataset.ts';
export type { WeightedDataset } from './datasets/mixed-dataset.ts';
export { augmentationSchema, defaultAugmentation } from './augmentations/augmentation-schema.ts';
export type { Augmentation } from './augmentations/augmentation.ts';
export { ownFunctionsOf } from './augmentations/order.ts';
export type { Blur } from './augmentations/blur.ts';
export type { CoarseDropout } from './augmentations/coarse-dropout.ts';
export type { HalfBody } from './augmentations/half-body.ts';
export type {
  AugmentationContext,
  AugmentationFunction,
  AugmentedInput,
} from './augmentations/own-function.ts';
export type { PhotometricDistortion } from './augmentations/photometric.ts';
export type { YoloxHsv } from './augmentations/yolox-hsv.ts';
export { KeypointLoader } from './loading/keypoint-loader.ts';
export type { LoaderOptions } from './loading/loader-options.ts';
export type { KeypointBatch } from './loading/keypoint-batch.ts';
export type { LateAugmentation } from './loading/recipe.ts';
export type { SkippedSample } from './loading/skipped-samples.ts';
export { decodeUpright } from './images/decode-upright.ts';
export { drawInput } from './samples/draw-input.ts';
export type { Pixels } from './samples/warp-affine.ts';
