import type * as tfjs from '@tensorflow/tfjs';
import { createKernelRegistry } from '../kernels/kernel-registry.ts';
import type { OpenKernelRegistry } from '../kernels/kernel-registry.ts';
import type { WasmBackend } from '../loading/wasm-backend.ts';
import type { Heap } from './heap.ts';
import { openHeap } from './heap.ts';

/** The registries of the WASM backend, and its memory. */
export interface WasmKernelRegistry extends OpenKernelRegistry {
  readonly heap: Heap;
}

/** Opens tfjs's registries for the WASM backend. */
export function createWasmRegistry(tf: typeof tfjs, backend: WasmBackend): WasmKernelRegistry {
  return { ...createKernelRegistry(tf, { hasNormalizedRelu: true }), heap: openHeap(backend) };
}
