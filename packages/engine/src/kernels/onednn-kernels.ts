import type { NativeBackend } from '../loading/native-backend.ts';
import type { Attributes, Operations } from './operations.ts';
import { listAttributes } from './operations.ts';

/**
 * Attributes that select TensorFlow's own oneDNN kernels. TensorFlow puts them into whole graphs only;
 * run one by one, operations get the slower kernels, except the convolutions.
 */
export function oneDnnAttributes(operations: Operations): Attributes {
  return { _kernel: operations.string('MklNameChangeOp') };
}

/** Whether this TensorFlow has oneDNN's kernels for the device: builds for GPU and for Arm have none. */
export function hasOneDnnKernels(backend: NativeBackend, operations: Operations): boolean {
  if (backend.isUsingGpuDevice) return false;
  const { binding } = backend;
  const pixel = binding.createTensor([1, 1, 1, 1], binding.TF_FLOAT, Float32Array.of(1));
  const one = operations.int([1, 1, 1, 1]);
  const attributes: Attributes = {
    ...oneDnnAttributes(operations),
    T: operations.float32,
    ksize: one,
    strides: one,
    padding: operations.string('VALID'),
    data_format: operations.string('NHWC'),
    workspace_enabled: operations.bool(true),
  };
  try {
    for (const { id } of binding.executeOp(
      '_MklNativeMaxPool',
      listAttributes(attributes),
      [pixel],
      2,
    )) {
      binding.deleteTensor(id);
    }
    return true;
  } catch {
    return false;
  } finally {
    binding.deleteTensor(pixel);
  }
}
