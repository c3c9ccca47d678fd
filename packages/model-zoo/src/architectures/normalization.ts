import type { Rgb } from '@limber/engine';

/** How images are normalised before a model: (pixel / 255 - mean) / std, for R, G, B in [0, 1]. */
export interface Normalization {
  readonly mean: Rgb;
  readonly std: Rgb;
}

/** Of the training images of ImageNet, as torchvision and MMPose use them. */
export const imageNetNormalization: Normalization = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** Pixels become numbers in [-1, 1], as MoveNet takes them. */
export const signedNormalization: Normalization = {
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
};
