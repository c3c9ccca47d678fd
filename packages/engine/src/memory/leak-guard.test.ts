import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { loadEngine } from '../engine.ts';
import type { LeakGuard } from './leak-guard.ts';
import { createLeakGuard } from './leak-guard.ts';

let engine: Engine;
let guard: LeakGuard;
beforeAll(async () => {
  engine = await loadEngine({ backend: 'javascript' });
  guard = createLeakGuard(engine);
});
afterAll(() => guard.dispose());

test('a tensor that is left is named with its shape and the line that made it', () => {
  const { tf } = engine;
  let leaked: ReturnType<typeof tf.ones> | undefined;
  const run = (): void => {
    leaked = tf.ones([2, 3]);
  };
  const expectNoMore = guard.mark();
  run();
  expect(() => expectNoMore('onTrainBatchEnd')).toThrow(
    /^onTrainBatchEnd: 1 tensor outlives it: \[2, 3\] float32, made at run \(.*leak-guard\.test\.ts:\d+:\d+\)\. Dispose what is not returned, or make it inside tf\.tidy\.$/,
  );
  leaked!.dispose();
});

test('what is disposed, made inside tidy or in the place of another is no leak', () => {
  const { tf } = engine;
  const before = tf.ones([3]);
  const expectNoMore = guard.mark();
  tf.ones([4]).dispose();
  const loss = tf.tidy(() => tf.ones([2]).add(1).sum());
  before.dispose();
  expectNoMore('step');
  expect(loss.dataSync()).toEqual(Float32Array.of(4));
  loss.dispose();
});

test('leaks of asynchronous work are found, and the rest of many is counted', async () => {
  const { tf } = engine;
  const left: ReturnType<typeof tf.ones>[] = [];
  const run = async (): Promise<void> => {
    await Promise.resolve();
    for (let index = 0; index < 7; index += 1) left.push(tf.ones([index + 1]));
  };
  const expectNoMore = guard.mark();
  await run();
  expect(() => expectNoMore('validation')).toThrow(
    /^validation: 7 tensors outlive it: \[1\] float32, .*; \[5\] float32, [^;]*; and 2 more\. Dispose/,
  );
  tf.dispose(left);
});
