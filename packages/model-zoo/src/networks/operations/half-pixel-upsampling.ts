import type { Operation } from './operation.ts';

/**
 * Doubles height and width bilinearly with half-pixel centers: what Keras's `UpSampling2D` does with
 * `interpolation='bilinear'`. The one of TensorFlow.js samples at the corners of pixels instead.
 */
export const halfPixelUpsampling: Operation<object> = {
  className: 'HalfPixelUpsampling',
  outputShape: ([batch, height, width, channels]) => [batch!, height! * 2, width! * 2, channels!],
  compute: (tf, input) => {
    const [, height, width] = input.shape;
    return tf.image.resizeBilinear(input, [height * 2, width * 2], false, true);
  },
};
