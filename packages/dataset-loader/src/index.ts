export { packDataset } from './packing/pack-dataset.ts';
export type { PackOptions, PackSummary } from './packing/pack-dataset.ts';
export type { LeftOut, ShardEntry, ShardIndex, SkippedImage } from './shards/shard-index.ts';
export { KeypointDataset } from './datasets/keypoint-dataset.ts';
export type { KeypointRow } from './datasets/keypoint-row.ts';
export { createPermutationKey, permuteIndex } from './orders/permute-index.ts';
export type { PermutationKey } from './orders/permute-index.ts';
export { augmentationSchema, defaultAugmentation } from './augmentations/augmentation.ts';
export type {
  Augmentation,
  CoarseDropout,
  HalfBody,
  PhotometricDistortion,
} from './augmentations/augmentation.ts';
export { KeypointLoader } from './loading/keypoint-loader.ts';
export type { LoaderOptions } from './loading/keypoint-loader.ts';
export type { KeypointBatch } from './loading/keypoint-batch.ts';
export { decodeUpright } from './images/decode-upright.ts';
export { drawInput } from './samples/draw-input.ts';
export type { Pixels } from './samples/warp-affine.ts';
