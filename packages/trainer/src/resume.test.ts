import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TrainingInterrupted } from './errors/training-interrupted.ts';
import type { FitOutcome } from './fixtures/linear-fit.suite.ts';
import { fitLinear } from './fixtures/linear-fit.suite.ts';
import type { LinearBatch } from './fixtures/linear-module.suite.ts';
import { loadTestEngine } from './fixtures/load-test-engine.suite.ts';
import type { Callback } from './hooks/callback.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-resume-'));
let engine: Engine;
let uninterrupted: FitOutcome;
let hooksOfAll = 0;

beforeAll(async () => {
  engine = await loadTestEngine();
  const counting = dieAtHook(Infinity);
  uninterrupted = await fitLinear({
    engine,
    folder: folderOf('all'),
    callbacks: [counting.callback],
  });
  hooksOfAll = counting.seen();
});
afterAll(() => rmSync(root, { recursive: true }));

function folderOf(name: string): string {
  return join(root, name);
}

class Killed extends Error {}

/** Throws at the n-th hook, as a stand-in for a kill: nothing is saved then that a kill would not leave. */
function dieAtHook(fatal: number): { callback: Callback<LinearBatch>; seen: () => number } {
  let seen = 0;
  const count = (): void => {
    if (++seen === fatal) throw new Killed();
  };
  const names = `
    onFitStart onTrainStart onTrainEpochStart onTrainBatchStart onBeforeZeroGrad onBeforeBackward onAfterBackward
    onBeforeOptimizerStep onTrainBatchEnd onValidationStart onValidationEpochStart onValidationBatchStart
    onValidationBatchEnd onValidationEpochEnd onValidationEnd onTrainEpochEnd onSafePoint onSaveCheckpoint onTrainEnd
  `;
  const hooks = names.trim().split(/\s+/);
  return { callback: Object.fromEntries(hooks.map((name) => [name, count])), seen: () => seen };
}

async function killAndFinish(name: string, fatal: number): Promise<FitOutcome> {
  const folder = folderOf(name);
  const { callback } = dieAtHook(fatal);
  await expect(fitLinear({ engine, folder, callbacks: [callback] })).rejects.toThrow(Killed);
  return fitLinear({ engine, folder });
}

describe('a fit that was killed and run again', () => {
  test('ends with the same weights, log and tables, whatever hook it was killed in', async () => {
    expect(hooksOfAll).toBeGreaterThan(100);
    for (let fatal = 1; fatal <= hooksOfAll; fatal += 7) {
      const outcome = await killAndFinish(`hook-${fatal}`, fatal);
      expect({ fatal, ...outcome }).toEqual({ fatal, ...uninterrupted });
    }
  });

  test('may be killed again and again', async () => {
    const folder = folderOf('often');
    let outcome: FitOutcome | null = null;
    for (let runs = 0; outcome === null && runs < 60; runs++) {
      const { callback } = dieAtHook(60);
      try {
        outcome = await fitLinear({ engine, folder, callbacks: [callback] });
      } catch (error) {
        expect(error).toBeInstanceOf(Killed);
      }
    }
    expect(outcome).toEqual(uninterrupted);
  });

  test('is not changed by checkpoints that the clock asks for', async () => {
    const folder = folderOf('clock');
    const { callback } = dieAtHook(100);
    const clockSeconds = 10;
    const first = fitLinear({ engine, folder, callbacks: [callback], clockSeconds });
    await expect(first).rejects.toThrow(Killed);
    expect(readdirSync(join(folder, 'last'))).toContain('recent.safetensors');

    expect(await fitLinear({ engine, folder, clockSeconds })).toEqual(uninterrupted);
    expect(readdirSync(join(folder, 'last'))).not.toContain('recent.safetensors');
  });

  test('does nothing but end when it had ended', async () => {
    const folder = folderOf('all');
    const counting = dieAtHook(Infinity);
    const outcome = await fitLinear({ engine, folder, callbacks: [counting.callback] });
    expect(outcome).toEqual(uninterrupted);
    // onFitStart, onTrainStart, onTrainEnd and the safe point of the last epoch
    expect(counting.seen()).toBeLessThanOrEqual(4);
  });
});

describe('a fit that was asked to stop', () => {
  test.each([
    ['in training', 'onTrainBatchStart' as const, 7],
    ['in validation', 'onValidationBatchStart' as const, 3],
    ['after a validation', 'onValidationEnd' as const, 2],
    ['at the end of an epoch', 'onTrainEpochEnd' as const, 1],
    ['before its first batch', 'onTrainStart' as const, 1],
  ])('%s saves, says so and goes on exactly', async (moment, hook, count) => {
    const folder = folderOf(`stop ${moment}`);
    const controller = new AbortController();
    let seen = 0;
    const stopping = { [hook]: () => void (++seen === count && controller.abort('SIGTERM')) };
    const { signal } = controller;

    const error: unknown = await fitLinear({ engine, folder, callbacks: [stopping], signal }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TrainingInterrupted);
    expect((error as TrainingInterrupted).exitCode).toBe(143);
    expect(readdirSync(join(folder, 'last'))).toContain('recent.safetensors');

    expect(await fitLinear({ engine, folder })).toEqual(uninterrupted);
  });
});

describe('a damaged checkpoint', () => {
  test('is reported, and the one before it is used', async () => {
    const folder = folderOf('damaged');
    const { callback } = dieAtHook(hooksOfAll - 20);
    const first = fitLinear({ engine, folder, callbacks: [callback] });
    await expect(first).rejects.toThrow(Killed);
    // last.safetensors is a second name of the same file
    const newest = join(folder, 'last', 'epoch=2-step=8.safetensors');
    const bytes = readFileSync(newest);
    bytes[bytes.length - 5]! ^= 0x10;
    writeFileSync(newest, bytes);

    const { warnings, ...outcome } = await fitLinear({ engine, folder });
    expect({ ...outcome, warnings: [] }).toEqual(uninterrupted);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(
      /^The checkpoint .+ is passed over: checkpoint .+: its bytes are not those that were written: expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}\.$/,
    );
  });
});

test('more epochs go on from the last checkpoint', async () => {
  const folder = folderOf('more');
  await fitLinear({ engine, folder, maxEpochs: 2 });
  const more = await fitLinear({ engine, folder, maxEpochs: 3 });
  expect(more.weights).toEqual(uninterrupted.weights);
  expect(more.log).toBe(uninterrupted.log);
});

test('tensors do not pile up over epochs', async () => {
  const counts: number[] = [];
  const counting: Callback<LinearBatch> = {
    onTrainEpochEnd: () => void counts.push(engine.tf.memory().numTensors),
  };
  const before = engine.tf.memory().numTensors;
  await fitLinear({ engine, folder: folderOf('leak'), callbacks: [counting], maxEpochs: 6 });
  expect(new Set(counts).size).toBe(1);
  expect(engine.tf.memory().numTensors).toBe(before);
});
