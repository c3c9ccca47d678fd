import type { Size } from '../geometry/box.ts';
import type { CropConvention } from '../geometry/crop-affine.ts';

/** What a model is trained towards for one person. */
export interface EncodedKeypoints {
  /** The values of {@link KeypointCodec.targetShape}, row by row. */
  readonly targets: Float32Array;
  /** [K]: 1 where the joint counts in the loss, else 0. */
  readonly weights: Float32Array;
}

/** Joints read from a model's output for one person. */
export interface DecodedKeypoints {
  /** [K, 2]: x, y in input pixels. */
  readonly keypoints: Float32Array;
  /** [K]: how sure the model is of each joint; about 0 to 1. */
  readonly scores: Float32Array;
}

/** Turns keypoints into what a head learns, and a head's output back into keypoints. */
export interface KeypointCodec {
  readonly name: string;
  /** Of the image that the model sees. */
  readonly inputSize: Size;
  /** How the image is cut out that the model sees; for `cropAffine`. */
  readonly cropConvention: CropConvention;
  /** The shape of the targets, and of the model's output, for one person of K joints. */
  targetShape(jointCount: number): readonly number[];
  /**
   * @param keypoints - [K, 3]: x, y in input pixels, v 0 | 1 | 2.
   * @param targets - zeros, where the targets are put; by default a new array.
   */
  encode(keypoints: Float32Array, targets?: Float32Array): EncodedKeypoints;
  /** @param output - one person's output, of {@link KeypointCodec.targetShape}. */
  decode(output: Float32Array, jointCount: number): DecodedKeypoints;
}
