export type {
  CocoAnnotation,
  CocoCategory,
  CocoDataset,
  CocoFile,
  CocoFileCategory,
  CocoFileImage,
  CocoImage,
  Derivation,
  Finding,
} from './coco/coco-dataset.ts';
export { categoryOf } from './coco/category-of.ts';
export { areaOfBox, areaPerBoxArea, boxAroundJoints, countLabelled } from './coco/field-rules.ts';
export type { SourceId } from './coco/id-numbers.ts';
export { createMachineLabelCounter, describeMachineLabels } from './coco/machine-label.ts';
export type {
  MachineLabel,
  MachineLabelCounter,
  MachineLabelCounts,
} from './coco/machine-label.ts';
export { parseCoco } from './coco/parse-coco.ts';
export type { ParseCocoOptions } from './coco/parse-coco.ts';
export { readCoco, readCocoFile, readSkeleton } from './coco/read-coco.ts';
export { stateJoints } from './coco/state-joints.ts';
export { cocoJsonParts, toCocoJson } from './coco/to-coco-json.ts';
export { coco17 } from './skeletons/coco17.ts';
export { deriveSkeleton, jointsWithoutKnownSigma } from './skeletons/derive-skeleton.ts';
export type { CategoryJoints } from './skeletons/derive-skeleton.ts';
export { jointGroups } from './skeletons/joint-groups.ts';
export type { JointGroup } from './skeletons/joint-groups.ts';
export { matchJoints } from './skeletons/match-joints.ts';
export { flipIndices, validateSkeleton } from './skeletons/skeleton.ts';
export type { Skeleton } from './skeletons/skeleton.ts';
export { applyAffine, composeAffine, invertAffine } from './geometry/affine.ts';
export type { Affine, Point } from './geometry/affine.ts';
export { clipBox, defaultBoxPadding, regionOfBox } from './geometry/box.ts';
export type { Box, Region, Size } from './geometry/box.ts';
export { cropAffine, mirrorAffine, spanOf } from './geometry/crop-affine.ts';
export type { CropConvention, CropOptions } from './geometry/crop-affine.ts';
export { createRandom } from './random/random.ts';
export type { Random, RandomKey } from './random/random.ts';
export type { DecodedKeypoints, EncodedKeypoints, KeypointCodec } from './codecs/keypoint-codec.ts';
export type { HeatmapOptions } from './codecs/gaussian-heatmap.ts';
export { defaultBlurKernelSize } from './codecs/gaussian-heatmap.ts';
export type { RegressionOptions } from './codecs/regression.ts';
export type { SimccOptions, SimccSmoothing } from './codecs/simcc.ts';
export { defaultSplitRatio, simccBins } from './codecs/simcc.ts';
export { gaussianKernel } from './codecs/gaussian-blur.ts';
export { createCodec } from './codecs/create-codec.ts';
export type { CodecConfig, HeatmapCodec, SimccCodec } from './codecs/create-codec.ts';
