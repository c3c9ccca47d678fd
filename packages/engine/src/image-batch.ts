import { LimberError } from '@limber/files';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Engine } from './engine.ts';
import { createAttributes, listAttributes } from './kernels/operations.ts';
import type { NativeBackend } from './loading/native-backend.ts';

/** One number for each channel of an RGB image. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The form of a batch of images, and how it is normalised. */
export interface ImageBatchOptions {
  readonly shape: readonly [batch: number, height: number, width: number, channels: 3];
  /** Of pixels in [0, 1]. */
  readonly mean: Rgb;
  /** Of pixels in [0, 1], > 0. */
  readonly std: Rgb;
}

const maximumPixel = 255;

/**
 * Brings a batch of 8-bit images to the device and normalises them there:
 * `(pixel / 255 - mean) / std`.
 *
 * @param pixels - batch * height * width * 3 values, RGB interleaved.
 * @returns float32 of `shape`, to be disposed.
 * @throws {LimberError} `shape-mismatch` if `pixels` has another length.
 */
export function imageBatch(
  engine: Engine,
  pixels: Uint8Array,
  { shape, mean, std }: ImageBatchOptions,
): Tensor4D {
  const size = shape[0] * shape[1] * shape[2] * shape[3];
  if (pixels.length !== size) {
    throw new LimberError('shape-mismatch', {
      where: 'Image batch',
      what: '',
      expected: `${size} values for shape [${shape.join(', ')}]`,
      got: `${pixels.length}`,
    });
  }
  const { native, tf } = engine;
  if (native === null) {
    return tf.tensor4d(normalizePixels(pixels, { mean, std }), [...shape]);
  }
  const width = shape[2];
  // a whole row of pixels at a time: TensorFlow is slow at spreading three numbers over an image
  const perRow = (values: number[]): Tensor => tf.tensor1d(values).tile([width]);
  return tf.tidy(() => {
    const offset = perRow(mean.map((value) => value * maximumPixel));
    const scale = perRow(std.map((value) => 1 / (value * maximumPixel)));
    const rows = toFloat(native, pixels, [shape[0] * shape[1], width * 3]);
    return rows
      .sub(offset)
      .mul(scale)
      .reshape([...shape]) as Tensor4D;
  });
}

/** With the roundings of the same operations in float32. */
function normalizePixels(
  pixels: Uint8Array,
  { mean, std }: Pick<ImageBatchOptions, 'mean' | 'std'>,
): Float32Array {
  const values = new Float32Array(pixels.length);
  for (const channel of [0, 1, 2] as const) {
    const offset = Math.fround(mean[channel] * maximumPixel);
    const scale = Math.fround(1 / (std[channel] * maximumPixel));
    for (let index = channel; index < values.length; index += 3) {
      values[index] = Math.fround(pixels[index]! - offset) * scale;
    }
  }
  return values;
}

/** One byte per value goes to the device, and becomes a float there. */
function toFloat(native: NativeBackend, pixels: Uint8Array, shape: readonly number[]): Tensor {
  const { binding } = native;
  const bytes = binding.createTensor(shape, binding.TF_UINT8, pixels);
  const attributes = listAttributes({
    SrcT: { type: binding.TF_ATTR_TYPE, value: binding.TF_UINT8 },
    DstT: createAttributes(binding).float32,
  });
  const [float] = binding.executeOp('Cast', attributes, [bytes], 1);
  binding.deleteTensor(bytes);
  return native.createOutputTensor(float!);
}
