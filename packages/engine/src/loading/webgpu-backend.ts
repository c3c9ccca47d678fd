import { createRequire } from 'node:module';
import { LimberError } from '@limber/files';
import type * as tfjs from '@tensorflow/tfjs';
import { guardDevice } from './guard-device.ts';
import type { GpuAdapter, WebgpuAdapter } from './webgpu-adapter.ts';
import { describeAdapter, nameAdapter, openGpu } from './webgpu-adapter.ts';
import { findWebgpuPackages } from './webgpu-packages.ts';

/** A WebGPU backend that is ready, and what it computes on. */
export interface LoadedWebgpu {
  readonly tf: typeof tfjs;
  readonly adapter: WebgpuAdapter;
}

/**
 * Loads TensorFlow.js on its WebGPU backend, over Dawn.
 *
 * @throws {LimberError} `not-provisioned` naming an optional package that is not installed, `gpu-unavailable` if there
 * is no adapter or it gives no device.
 */
export async function loadWebgpuBackend(): Promise<LoadedWebgpu> {
  const { adapter, globals } = await openGpu();
  const about = describeAdapter(adapter);
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs') as typeof tfjs;
  // Our own line says it better than tfjs's advice to install a package that does not install.
  tf.enableProdMode();
  // the backend's code names them wherever it allocates
  Object.assign(globalThis, globals);
  await withNavigator(adapter, async () => {
    // registers itself, if there is a navigator.gpu
    require(findWebgpuPackages().backend);
    // else small tensors are computed on the JavaScript backend, whose results differ in their last bits
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    if (await tf.setBackend('webgpu')) return;
    throw new LimberError('gpu-unavailable', {
      where: 'WebGPU',
      what: `TensorFlow.js could not open ${nameAdapter(about)}`,
      fix: 'Let LIMBER_ENGINE be native or wasm.',
    });
  });
  guardDevice(tf.backend(), about);
  return { tf, adapter: about };
}

/** Runs something that takes its adapter from `navigator.gpu`; Node 21 and later have a navigator of their own. */
async function withNavigator(adapter: GpuAdapter, run: () => Promise<void>): Promise<void> {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  const gpu = { requestAdapter: () => Promise.resolve(adapter) };
  const value = { gpu, userAgent: 'node' };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
  try {
    await run();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  }
}
