import type * as tfjs from '@tensorflow/tfjs';
import type { TensorInfo } from '@tensorflow/tfjs';
import type { WasmBackend } from '../loading/wasm-backend.ts';
import { sizeOfShape } from '../weights/tensor-data.ts';

/** The memory of a backend, as kernels written in TypeScript see it. */
export interface Heap {
  /** Allocates a float32 tensor; its values are what was there before. */
  readonly allocate: (shape: readonly number[]) => TensorInfo;
  /** Allocates a float32 tensor of zeros. */
  zeros(shape: readonly number[]): TensorInfo;
  /**
   * The values of a float32 tensor, without a copy. Allocating may move the heap: take the values once everything
   * is allocated. What has been in an operation once is never written to: XNNPACK keeps packed copies of it.
   */
  readonly floats: (tensor: TensorInfo) => Float32Array;
  /** The bits of the values of a float32 tensor: choosing by bits takes no branches, which random signs make slow. */
  bits(tensor: TensorInfo): Int32Array;
  /** Frees a tensor that a kernel made for itself. */
  free(...tensors: readonly TensorInfo[]): void;
}

/** Opens the memory of the WASM backend. */
export function openWasmHeap(backend: WasmBackend): Heap {
  return createHeap(
    (shape) => backend.makeOutput([...shape], 'float32'),
    (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array,
    (tensor) => backend.disposeData(tensor.dataId),
  );
}

/** tfjs's JavaScript backend; the part of it that this package uses. */
interface JavascriptBackend extends tfjs.KernelBackend {
  readonly data: tfjs.DataStorage<{ readonly values: Float32Array }>;
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): TensorInfo;
}

/** Opens the memory of the JavaScript backend: each tensor is an array of its own. */
export function openJavascriptHeap(backend: tfjs.KernelBackend): Heap {
  const javascript = backend as JavascriptBackend;
  return createHeap(
    (shape) =>
      javascript.makeTensorInfo([...shape], 'float32', new Float32Array(sizeOfShape(shape))),
    (tensor) => javascript.data.get(tensor.dataId).values,
    (tensor) => javascript.disposeData(tensor.dataId),
  );
}

function createHeap(
  allocate: Heap['allocate'],
  floats: Heap['floats'],
  release: (tensor: TensorInfo) => void,
): Heap {
  return {
    allocate,
    floats,
    bits: (tensor) => {
      const { buffer, byteOffset, length } = floats(tensor);
      return new Int32Array(buffer, byteOffset, length);
    },
    zeros: (shape) => {
      const tensor = allocate(shape);
      floats(tensor).fill(0);
      return tensor;
    },
    free: (...tensors) => {
      for (const tensor of tensors) release(tensor);
    },
  };
}
