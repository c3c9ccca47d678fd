import type * as tfjs from '@tensorflow/tfjs';
import type { NativeBackend, NativeTensorData } from './native-backend.ts';

/**
 * tfjs keeps what it knows of tensors in weak maps, though it deletes each entry itself. A weak map costs a hash of the
 * key and work in every collection of garbage, which is much for thousands of tensors a step. Called before there is a tensor.
 */
export function keepTensorsInMaps(tf: typeof tfjs, backend: NativeBackend): void {
  (backend.tensorMap as unknown as { data: Map<object, NativeTensorData> }).data = new Map();
  const { state } = tf.engine() as unknown as { state: { tensorInfo: Map<object, unknown> } };
  state.tensorInfo = new Map();
}
