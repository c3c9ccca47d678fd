import { expect, test } from 'vitest';
import { loadEngine } from '../engine.ts';
import { hasWebgpu } from './find-webgpu.suite.ts';

test.runIf(hasWebgpu)(
  'a device that is lost ends what is read from it, and all that follows',
  async () => {
    const { tf } = await loadEngine({ backend: 'webgpu' });
    const [two, three] = tf.tidy(() => [tf.ones([2]).add(1), tf.ones([2]).add(2)]);
    const { device } = tf.backend() as unknown as { readonly device: { destroy(): void } };
    const reading = two!.data();
    device.destroy();
    const lost =
      /^WebGPU on .*: the device was lost \(.*\)\. Run the same command again: a training goes on from its last checkpoint\.$/;
    await expect(reading).rejects.toThrow(lost);
    await expect(three!.data()).rejects.toThrow(lost);
    expect(() => tf.ones([2]).add(1)).toThrow(lost);
  },
);
