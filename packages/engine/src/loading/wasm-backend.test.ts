import type { Rank } from '@tensorflow/tfjs';
import { expect, onTestFinished, test } from 'vitest';
import { loadWasmBackend } from './wasm-backend.ts';

test('the process stays as it was, and the bits do not depend on the threads', async () => {
  const listeners = (): unknown[] => [
    process.rawListeners('uncaughtException'),
    process.rawListeners('unhandledRejection'),
    'Worker' in globalThis,
  ];
  const own = (): void => {};
  process.on('unhandledRejection', own);
  onTestFinished(() => void process.removeListener('unhandledRejection', own));
  const before = listeners();
  const results: Float32Array[] = [];
  for (const threads of [2, 1, 2]) {
    const loaded = await loadWasmBackend(threads);
    expect(loaded.threads).toBe(threads);
    expect(listeners()).toEqual(before);
    const { tf } = loaded;
    const value = tf.tidy(() => {
      const image = tf.randomNormal<Rank.R4>([2, 17, 13, 7], 0, 1, 'float32', 1);
      const filter = tf.randomNormal<Rank.R4>([3, 3, 7, 33], 0, 1, 'float32', 2);
      return tf.conv2d(image, filter, 1, 'same').dataSync<'float32'>();
    });
    results.push(value);
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test('memory that runs out is an error, and what is there stays', async () => {
  const { tf, backend } = await loadWasmBackend(1);
  const kept = tf.tensor1d([1, 2, 3]);
  const large = backend.makeOutput([600_000_000], 'float32');
  expect(() => backend.makeOutput([600_000_000], 'float32')).toThrow(
    'WebAssembly: no room for a tensor of 2400000000 bytes beside the others: expected at most 4 GiB in all. ' +
      'Use a smaller batch or input size, or the native engine: run `limber doctor`.',
  );
  backend.disposeData(large.dataId);
  expect([...kept.dataSync()]).toEqual([1, 2, 3]);
  kept.dispose();
});
