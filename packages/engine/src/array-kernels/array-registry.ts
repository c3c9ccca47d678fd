import type * as tfjs from '@tensorflow/tfjs';
import { createKernelRegistry } from '../kernels/kernel-registry.ts';
import type { OpenKernelRegistry } from '../kernels/kernel-registry.ts';
import type { Heap } from './heap.ts';

/** The registries of a backend whose tensors are arrays that JavaScript can read, and its memory. */
export interface ArrayKernelRegistry extends OpenKernelRegistry {
  readonly heap: Heap;
}

/** Opens tfjs's registries for the backend that it is set to. */
export function createArrayRegistry(tf: typeof tfjs, heap: Heap): ArrayKernelRegistry {
  return { ...createKernelRegistry(tf, { hasNormalizedRelu: true }), heap };
}
