import { expect, test } from 'vitest';
import { loadEngine } from '../engine.ts';
import { hasWebgpu } from './find-webgpu.suite.ts';

interface Device {
  createBuffer(options: { readonly size: number; readonly usage: number }): unknown;
}

test.runIf(hasWebgpu)('what the device refuses ends the next reading, not in zeros', async () => {
  const { tf } = await loadEngine({ backend: 'webgpu' });
  const two = tf.tidy(() => tf.ones([2]).add(1));
  const { device } = tf.backend() as unknown as { readonly device: Device };
  device.createBuffer({ size: 4, usage: 0 });
  await expect(two.data()).rejects.toThrow(
    /^WebGPU on .*: the device refused a command \(.+\)\. If it is for want of memory, use a smaller batch or input size; else let LIMBER_ENGINE be native or wasm\.$/,
  );
});
