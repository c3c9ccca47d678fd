import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, Tensor } from '@limber/engine';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { fitLinear } from '../fixtures/linear-fit.suite.ts';
import type { LinearBatch } from '../fixtures/linear-module.suite.ts';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import { createLeakDetector } from './leak-detector.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-leaks-'));
const planted: Tensor[] = [];
let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
});
afterEach(() => engine.tf.dispose(planted.splice(0)));
afterAll(() => rmSync(root, { recursive: true }));

const plantTensor = (): void => void planted.push(engine.tf.ones([3, 7]));

/** Fits with everything that has a state, in epochs of 5 batches and 3 steps. */
async function fit(folder: string, callback: Callback<LinearBatch> = {}): Promise<void> {
  const callbacks = [callback, createLeakDetector<LinearBatch>()];
  await fitLinear({ engine, maxEpochs: 2, folder: join(root, folder), callbacks });
}

test('a fit with everything passes, also where a hook between epochs or validations keeps a tensor', async () => {
  await fit('sound');
  await fit('epochs', { onTrainEpochStart: plantTensor, onValidationEnd: plantTensor });
  expect(planted.length).toBeGreaterThan(3);
});

test('a planted leak is named at the first step that shows it', async () => {
  await expect(fit('leaking', { onTrainBatchStart: plantTensor })).rejects.toThrow(
    // the third step of an epoch is the first that is compared
    /^Step 3: \d+ tensors outlive it: \[3, 7\] float32, made at .*plantTensor.*leak-detector\.test\.ts:\d+:\d+/,
  );
});

test('after the fit nothing is watched any more', async () => {
  const tracking = engine.tf.engine() as unknown as { trackTensor: unknown };
  const before = tracking.trackTensor;
  await fit('over');
  expect(tracking.trackTensor).toBe(before);
});
