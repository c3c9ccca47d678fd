import { beforeAll, describe, expect, test } from 'vitest';
import { checkTensorSizes } from '../check-tensor-sizes.ts';
import type { Engine } from '../engine.ts';
import { loadEngine } from '../engine.ts';
import { hasWebgpu } from './find-webgpu.suite.ts';
import { largestTensorBytes } from './guard-device.ts';
import { nameAdapter } from './webgpu-adapter.ts';

describe.runIf(hasWebgpu)('on WebGPU', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  let where: string;
  beforeAll(async () => {
    engine = await loadEngine({ backend: 'webgpu' });
    ({ tf } = engine);
    where = `WebGPU on ${nameAdapter(engine.webgpu!)}`;
  });

  test('the process has the navigator that it had', () => {
    expect('gpu' in ((globalThis as { navigator?: object }).navigator ?? {})).toBe(false);
  });

  test('a reading that does not wait is refused with what to do', async () => {
    const two = tf.tidy(() => tf.ones([2]).add(1));
    expect(() => two.dataSync()).toThrow(
      'dataSync: WebGPU gives numbers only to those who wait: expected await tensor.data(), got a synchronous ' +
        'reading. In a step that records gradients, log the tensor, or read it in a hook that may wait.',
    );
    expect([...(await two.data())]).toEqual([2, 2]);
    expect([...two.dataSync()]).toEqual([2, 2]);
    two.dispose();
  });

  test('a tensor that the adapter cannot hold is refused before anything is computed', () => {
    const most = largestTensorBytes(engine.webgpu!);
    expect(() => tf.tidy(() => tf.tile(tf.tensor1d([1]), [most / 4 + 1]))).toThrow(
      `${where}: a tensor of ${most + 4} bytes is more than the adapter takes: expected at most ${most} bytes in one ` +
        'tensor. Use a smaller batch or input size, or another engine.',
    );
  });

  test('a batch that is too large is told before the first step', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ name: 'wide', filters: 64, kernelSize: 1, inputShape: [64, 64, 3] }),
      ],
    });
    const bytesOfOne = 64 * 64 * 64 * 4;
    const most = largestTensorBytes(engine.webgpu!);
    const fitting = Math.floor(most / bytesOfOne);
    expect(() => checkTensorSizes(engine, model, fitting)).not.toThrow();
    const bytes = (fitting + 1) * bytesOfOne;
    expect(() => checkTensorSizes(engine, model, fitting + 1)).toThrow(
      `${where}: the output of layer "wide", [${fitting + 1}, 64, 64, 64] and ${bytes} bytes, is more than the adapter takes: ` +
        `expected at most ${most} bytes in one tensor.`,
    );
    expect(() => checkTensorSizes({ webgpu: null }, model, fitting + 1)).not.toThrow();
    model.dispose();
  });
});
