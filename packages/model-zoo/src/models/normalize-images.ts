import type { Engine, Tensor4D } from '@limber/engine';
import { imageBatch } from '@limber/engine';

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

/**
 * Takes pixels to the device as bytes and normalises them there: (pixel / 255 - mean) / std.
 *
 * @param images - [B, H, W, 3], R, G, B from 0 to 255.
 * @returns float32 [B, H, W, 3], to be disposed.
 * @throws {EngineError} `shape-mismatch` if the images do not fill the shape.
 */
export function normalizeImages(
  engine: Engine,
  images: Uint8Array,
  shape: readonly [batch: number, height: number, width: number, channels: 3],
): Tensor4D {
  return imageBatch(engine, images, shape, imageNetNormalization);
}
