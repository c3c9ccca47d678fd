import type { DataType, TensorInfo } from '@tensorflow/tfjs';
import type { WasmBackend } from '../loading/wasm-backend.ts';

/** The memory of the WASM backend, as kernels written in TypeScript see it. */
export interface Heap {
  /** Allocates a tensor; its values are what was there before. */
  allocate(shape: readonly number[], dtype?: DataType): TensorInfo;
  /** Allocates a float32 tensor of zeros. */
  zeros(shape: readonly number[]): TensorInfo;
  /**
   * The values of a float32 tensor, without a copy. Allocating may move the heap: take the values once everything
   * is allocated. What has been in an operation once is never written to: XNNPACK keeps packed copies of it.
   */
  floats(tensor: TensorInfo): Float32Array;
  /** Frees a tensor that a kernel made for itself. */
  free(...tensors: readonly TensorInfo[]): void;
}

/** Opens the memory of a WASM backend. */
export function openHeap(backend: WasmBackend): Heap {
  const allocate: Heap['allocate'] = (shape, dtype = 'float32') =>
    backend.makeOutput([...shape], dtype);
  const floats: Heap['floats'] = (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array;
  return {
    allocate,
    zeros: (shape) => {
      const tensor = allocate(shape);
      floats(tensor).fill(0);
      return tensor;
    },
    floats,
    free: (...tensors) => {
      for (const { dataId } of tensors) backend.disposeData(dataId);
    },
  };
}
