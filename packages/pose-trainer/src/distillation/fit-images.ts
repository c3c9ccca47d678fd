import type { Engine, Tensor4D } from '@limber/engine';
import { imageBatch } from '@limber/engine';
import type { CropConvention, Size } from '@limber/keypoints';
import { spanOf } from '@limber/keypoints';
import type { Normalization } from '@limber/model-zoo';

/** How an image is put into one of another size: enlarged or reduced without distortion, in the middle, with black around it. */
export interface ImageFit {
  readonly from: Size;
  readonly to: Size;
  /** The image's size in the other one. */
  readonly inner: Size;
  /** Where it begins there, in whole pixels. */
  readonly start: { readonly x: number; readonly y: number };
  readonly convention: CropConvention;
}

/** The largest fit of images of one size into those of another. */
export function fitImage(from: Size, to: Size, convention: CropConvention): ImageFit {
  const scale = Math.min(
    spanOf(to.width, convention) / spanOf(from.width, convention),
    spanOf(to.height, convention) / spanOf(from.height, convention),
  );
  const innerOf = (side: number, room: number): number => {
    const rest = side - spanOf(side, convention);
    return Math.min(Math.round(spanOf(side, convention) * scale) + rest, room);
  };
  const inner = {
    width: innerOf(from.width, to.width),
    height: innerOf(from.height, to.height),
  };
  const start = {
    x: Math.floor((to.width - inner.width) / 2),
    y: Math.floor((to.height - inner.height) / 2),
  };
  return { from, to, inner, start, convention };
}

/**
 * Where a place of the image is in the larger one, in its pixels.
 *
 * @param place - along `side`, in pixels of the image, pixel centres at integers.
 */
export function placeInFit(
  { from, inner, start, convention }: ImageFit,
  side: 'width' | 'height',
  place: number,
): number {
  const scale = spanOf(inner[side], convention) / spanOf(from[side], convention);
  // an area is scaled about its edge, a lattice about the centre of its first pixel
  const edge = convention === 'area' ? 0.5 : 0;
  return (place + edge) * scale - edge + (side === 'width' ? start.x : start.y);
}

/**
 * Normalised images of the other size, resized on the device.
 *
 * @param pixels - RGB of `size` images, as `imageBatch` takes them.
 * @returns [B, H, W, 3] of `fit.to`.
 */
export function fitImages(
  engine: Engine,
  { images, size }: { readonly images: Uint8Array; readonly size: number },
  { fit, normalization }: { readonly fit: ImageFit; readonly normalization: Normalization },
): Tensor4D {
  const { from, to, inner, start, convention } = fit;
  const { mean, std } = normalization;
  const shape = [size, from.height, from.width, 3] as const;
  if (from.height === to.height && from.width === to.width) {
    return imageBatch(engine, images, { shape, mean, std });
  }
  const { tf } = engine;
  return tf.tidy(() => {
    const plain = imageBatch(engine, images, { shape, mean: [0, 0, 0], std: [1, 1, 1] });
    const isLattice = convention === 'lattice';
    const resized = tf.image.resizeBilinear(
      plain,
      [inner.height, inner.width],
      isLattice,
      !isLattice,
    );
    const padded = tf.pad(resized, [
      [0, 0],
      [start.y, to.height - inner.height - start.y],
      [start.x, to.width - inner.width - start.x],
      [0, 0],
    ]);
    return padded.sub(tf.tensor1d([...mean])).div<Tensor4D>(tf.tensor1d([...std]));
  });
}
