import type { Engine, Tensor4D } from '@limber/engine';
import { imageBatch } from '@limber/engine';
import type { Size } from '@limber/keypoints';

/** Mean and spread of the colours that every pretrained backbone expects, for R, G, B in [0, 1]. */
export interface Normalization {
  readonly mean: readonly [red: number, green: number, blue: number];
  readonly std: readonly [red: number, green: number, blue: number];
}

/** Of the training images of ImageNet, as torchvision and MMPose use them. */
export const imageNetNormalization: Normalization = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** From -1 to 1, as MobileNets are trained. */
export const symmetricNormalization: Normalization = {
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};

/** What a model expects its images to be. */
interface ExpectedInput {
  readonly spec: { readonly inputSize: Size };
  readonly normalization: Normalization;
}

/**
 * Takes pixels to the device as bytes and normalises them there, as the model expects them: (pixel / 255 - mean) / std.
 *
 * @param images - [B, H, W, 3], R, G, B from 0 to 255, of the model's input size.
 * @returns float32 [B, H, W, 3], to be disposed.
 * @throws {EngineError} `shape-mismatch` if the images do not fill whole inputs.
 */
export function normalizeImages(
  engine: Engine,
  images: Uint8Array,
  { spec, normalization }: ExpectedInput,
): Tensor4D {
  const { height, width } = spec.inputSize;
  const batch = Math.ceil(images.length / (height * width * 3));
  return imageBatch(engine, images, [batch, height, width, 3], normalization);
}
