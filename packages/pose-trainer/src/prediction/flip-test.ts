import type { Engine, Tensor4D } from '@limber/engine';
import type { CodecConfig, CropConvention } from '@limber/keypoints';
import { simccBins, spanOf } from '@limber/keypoints';

/** How the output for a mirrored image relates to that for the image. */
export interface FlipGeometry {
  /** For each joint, the one whose place it takes in a mirror: [K] indices. */
  readonly flipIndices: readonly number[];
  readonly codec: CodecConfig;
  /** Of the codec. */
  readonly cropConvention: CropConvention;
}

/** Mirrors a batch of images left to right. @param images - [B, H, W, 3]. */
export function mirrorImages(engine: Engine, images: Tensor4D): Tensor4D {
  return engine.tf.reverse(images, [2]);
}

/**
 * Averages a model's output for an image with that for its mirror image, turned back: left and right joints trade places, and
 * what lies along x is reversed and moved to where it belongs.
 *
 * Frame: outputPx = inputPx · s, of heatmaps and of SimCC's bins. The mirror takes x to W - 1 - x in the input, so that what is
 * reversed lies s (W - 1) - (w - 1) of the output's pixels too far left; it is moved by linear interpolation, not by a whole pixel as is
 * often done. With UDP that is 0.
 *
 * @param outputs.output - of the model.
 * @param outputs.ofMirror - its output for {@link mirrorImages}.
 * @see Newell et al. 2016, arXiv:1603.06937, section 3.3; Huang et al. 2020, arXiv:1911.07524 on the shift.
 */
export function averageWithMirror(
  engine: Engine,
  { output, ofMirror }: { readonly output: Tensor4D; readonly ofMirror: Tensor4D },
  geometry: FlipGeometry,
): Tensor4D {
  const { tf } = engine;
  return tf.tidy(() => {
    const turned = turnBack(engine, ofMirror, geometry);
    return tf.mul(tf.add(output, turned), 0.5) as Tensor4D;
  });
}

function turnBack(
  engine: Engine,
  ofMirror: Tensor4D,
  { codec, cropConvention, flipIndices }: FlipGeometry,
): Tensor4D {
  const { tf } = engine;
  const width = codec.inputSize.width;
  switch (codec.type) {
    case 'msra-heatmap':
    case 'udp-heatmap': {
      const columns = codec.heatmapSize.width;
      const scale = spanOf(columns, cropConvention) / spanOf(width, cropConvention);
      const joints = tf.gather(ofMirror, [...flipIndices], 3) as Tensor4D;
      return reverseAlong(engine, joints, { axis: 2, shift: scale * (width - 1) - (columns - 1) });
    }
    case 'simcc': {
      const bins = simccBins(codec);
      const joints = tf.gather(ofMirror, [...flipIndices], 2) as Tensor4D;
      const [x, y] = tf.split(joints, [bins.x, bins.y], 3) as [Tensor4D, Tensor4D];
      const scale = bins.x / width;
      const shift = scale * (width - 1) - (bins.x - 1);
      return tf.concat([reverseAlong(engine, x, { axis: 3, shift }), y], 3);
    }
    case 'regression': {
      const joints = tf.gather(ofMirror, [...flipIndices], 2) as Tensor4D;
      const signs = tf.tensor1d([-1, 1, 1, 1]);
      const starts = tf.tensor1d([(width - 1) / width, 0, 0, 0]);
      return joints.mul(signs).add(starts);
    }
  }
}

/** Reverses an axis and moves what is there by `shift` places; what lies outside is as at the border. */
function reverseAlong(
  { tf }: Engine,
  values: Tensor4D,
  { axis, shift }: { readonly axis: 2 | 3; readonly shift: number },
): Tensor4D {
  const length = values.shape[axis];
  const whole = Math.floor(shift);
  const reversedFrom = (offset: number): Tensor4D => {
    const places = Array.from({ length }, (_, at) =>
      Math.min(Math.max(length - 1 - (at - offset), 0), length - 1),
    );
    return tf.gather(values, places, axis) as Tensor4D;
  };
  const part = shift - whole;
  const near = reversedFrom(whole);
  if (part === 0) return near;
  return tf.add(tf.mul(near, 1 - part), tf.mul(reversedFrom(whole + 1), part)) as Tensor4D;
}
