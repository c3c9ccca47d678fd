import type { Tensor } from '@tensorflow/tfjs';
import type { NativeBackend } from '../loading/native-backend.ts';

/**
 * Makes sure that a tensor is float32 inside TensorFlow too, for operations that go past the doors at
 * which mixed precision casts.
 *
 * @returns the tensor itself if it is float32, else a new one.
 */
export function toFloat32(native: NativeBackend, tensor: Tensor): Tensor {
  const { TF_ATTR_TYPE, TF_FLOAT } = native.binding;
  if (native.tensorMap.get(tensor.dataId).dtype === TF_FLOAT) return tensor;
  // Identity is on no list of mixed precision, so the door casts its input to float32.
  const type = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
  return native.executeSingleOutput('Identity', [type], [tensor]);
}
