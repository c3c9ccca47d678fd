import type { Engine, Tensor4D } from '@limber/engine';
import type { Size } from '@limber/keypoints';

/** How heatmaps of a mirrored image relate to those of the image. */
export interface FlipGeometry {
  /** For each joint, the one whose place it takes in a mirror: [K] indices. */
  readonly flipIndices: readonly number[];
  readonly inputSize: Size;
}

/** Mirrors a batch of images left to right. @param images - [B, H, W, 3]. */
export function mirrorImages(engine: Engine, images: Tensor4D): Tensor4D {
  return engine.tf.reverse(images, [2]);
}

/**
 * Averages the heatmaps of an image with those of its mirror image, turned back: left and right joints trade places,
 * columns are reversed and moved to where they belong.
 *
 * Frame: heatmapPx = inputPx · s. The mirror takes x to W - 1 - x in the input, so that a reversed heatmap lies 1 - s of
 * its pixels too far left; it is moved by linear interpolation, not by a whole pixel as is often done.
 *
 * @param outputs.heatmaps - [B, h, w, K].
 * @param outputs.ofMirror - [B, h, w, K], of {@link mirrorImages}.
 * @see Newell et al. 2016, arXiv:1603.06937, section 3.3; Huang et al. 2020, arXiv:1911.07524 on the shift.
 */
export function averageWithMirror(
  engine: Engine,
  { heatmaps, ofMirror }: { readonly heatmaps: Tensor4D; readonly ofMirror: Tensor4D },
  { flipIndices, inputSize }: FlipGeometry,
): Tensor4D {
  const { tf } = engine;
  return tf.tidy(() => {
    const turned = tf.gather(tf.reverse(ofMirror, [2]), [...flipIndices], 3) as Tensor4D;
    const [batch, height, width, joints] = turned.shape;
    const shift = 1 - width / inputSize.width;
    const padded = tf.pad(turned, [
      [0, 0],
      [0, 0],
      [1, 0],
      [0, 0],
    ]);
    const left = tf.slice(padded, [0, 0, 0, 0], [batch, height, width, joints]);
    const aligned = tf.add(tf.mul(left, shift), tf.mul(turned, 1 - shift));
    return tf.mul(tf.add(heatmaps, aligned), 0.5) as Tensor4D;
  });
}
