import type { Tensor } from '@tensorflow/tfjs';
import type { Engine } from './engine.ts';

/**
 * Computes a float32 tensor, reads it from the device and frees it, with everything made on the way: what
 * `tf.tidy` and `dataSync` do together, on every engine. WebGPU gives numbers only to those who wait.
 *
 * @param compute - makes the tensor; must not wait, and must not return one that is needed afterwards.
 * @returns the values, row by row.
 */
export async function readResult(
  { tf }: Pick<Engine, 'tf'>,
  compute: () => Tensor,
): Promise<Float32Array> {
  const result = tf.tidy(compute);
  try {
    return await result.data<'float32'>();
  } finally {
    result.dispose();
  }
}
