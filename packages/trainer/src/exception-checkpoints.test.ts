import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, describe, expect, test } from 'vitest';
import { createModelCheckpoint } from './callbacks/model-checkpoint.ts';
import { createStochasticWeightAveraging } from './callbacks/stochastic-weight-averaging.ts';
import type { BatchSource } from './data/batch-source.ts';
import type { LinearBatch, LinearModule } from './fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from './fixtures/linear-module.suite.ts';
import { useLinearModule } from './fixtures/use-linear-module.suite.ts';
import type { Callback } from './hooks/callback.ts';
import type { RunningTrainer } from './hooks/running-trainer.ts';
import { Trainer } from './trainer.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-exception-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

interface Run {
  readonly folder: string;
  readonly callbacks?: readonly Callback<LinearBatch>[];
  readonly train?: BatchSource<LinearBatch>;
  readonly val?: BatchSource<LinearBatch>;
  readonly accumulateGradBatches?: number;
  readonly signal?: AbortSignal;
  readonly onWarning?: (line: string) => void;
}

/** Two epochs that save when something goes wrong. @returns the weights at the end. */
async function fit(into: LinearModule, run: Run): Promise<Record<string, number[]>> {
  const { folder, callbacks = [], train = linearSource(6), val, signal, ...flags } = run;
  const dirpath = join(root, folder);
  const keeper = createModelCheckpoint({ dirpath, everyNTrainSteps: 4, saveOnException: true });
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 2,
    callbacks: [...callbacks, keeper],
    ...flags,
    ...(signal === undefined ? {} : { signal }),
  });
  const data = { train, ...(val === undefined ? {} : { val }) };
  await trainer.fit(into, data, { ckptPath: 'last' });
  return readLinearWeights(into);
}

/** What a fit ends with that failed once, beside what it ends with undisturbed. */
async function failAndFinish(run: Run) {
  const { folder, accumulateGradBatches = 1 } = run;
  await expect(fit(module, run)).rejects.toThrow('failed');
  const hasSaved = existsSync(join(root, folder, 'recent.safetensors'));
  const weights: Record<string, number[]>[] = [];
  for (const name of [folder, `${folder}-whole`]) {
    const other = createLinearModule(engine);
    weights.push(await fit(other, { folder: name, accumulateGradBatches }));
    other.dispose();
  }
  return { hasSaved, resumed: weights[0], whole: weights[1] };
}

const failAt = (
  hook: 'onTrainBatchEnd' | 'onTrainBatchStart',
  step: number,
): Callback<LinearBatch> => ({
  [hook]: ({ globalStep }: { globalStep: number }) => {
    if (globalStep === step) throw new Error('failed');
  },
});

describe('a checkpoint on an exception', () => {
  test('after the step, before its end, would train a batch twice: it is not written', async () => {
    const callbacks = [failAt('onTrainBatchEnd', 7)];
    const { hasSaved, resumed, whole } = await failAndFinish({ folder: 'step', callbacks });
    expect(hasSaved).toBe(false);
    expect(resumed).toEqual(whole);
  });

  test('between two batches of an accumulation window would hold the statistics of the first: it is not written', async () => {
    const accumulateGradBatches = 2;
    let batches = 0;
    const failing: Callback<LinearBatch> = {
      onTrainBatchStart: () => {
        if (++batches === 6) throw new Error('failed');
      },
    };
    const run = { folder: 'window', callbacks: [failing], accumulateGradBatches };
    const { hasSaved, resumed, whole } = await failAndFinish(run);
    expect(hasSaved).toBe(false);
    expect(resumed).toEqual(whole);
  });

  test.each([
    ['onTrainEpochStart', 1],
    ['onValidationEpochEnd', 0],
    ['onValidationEnd', 0],
    ['onTrainEpochEnd', 0],
  ] as const)(
    'in %s would hold what other callbacks did there, which they would do again: it is not written',
    async (hook, epoch) => {
      const failing: Callback<LinearBatch> = {
        [hook]: ({ currentEpoch, isSanityChecking }: RunningTrainer) => {
          if (currentEpoch === epoch && !isSanityChecking) throw new Error('failed');
        },
      };
      const run = { folder: hook, callbacks: [failing], val: linearSource(1) };
      await expect(fit(module, run)).rejects.toThrow('failed');
      expect(readdirSync(join(root, hook))).toEqual(['epoch=0-step=4.safetensors']);
    },
  );

  test('of a batch that cannot be read goes on exactly', async () => {
    const train: BatchSource<LinearBatch> = {
      batchesPerEpoch: 6,
      async *batches(epoch, fromBatch = 0) {
        let index = fromBatch;
        for await (const batch of linearSource(6).batches(epoch, fromBatch)) {
          if (epoch === 1 && index++ === 3) throw new Error('failed');
          yield batch;
        }
      },
    };
    const { hasSaved, resumed, whole } = await failAndFinish({ folder: 'reading', train });
    expect(hasSaved).toBe(true);
    expect(resumed).toEqual(whole);
  });
});

test('a callback that fails over an interruption does not keep the checkpoint from being written', async () => {
  const controller = new AbortController();
  const failing: Callback<LinearBatch> = {
    onTrainBatchStart: ({ globalStep }) => void (globalStep === 6 && controller.abort('SIGTERM')),
    onException: () => {
      throw new Error('no mail was sent');
    },
    teardown: () => {
      throw new Error('no mail was sent at the end either');
    },
  };
  const warnings: string[] = [];
  const { signal } = controller;
  const onWarning = (line: string): void => void warnings.push(line);
  const run = { folder: 'mail', callbacks: [failing], signal, onWarning };
  await expect(fit(module, run)).rejects.toThrow('Training was interrupted after step 7.');
  expect(warnings).toEqual([
    'At the end, besides: Error: no mail was sent',
    'At the end, besides: Error: no mail was sent at the end either',
  ]);
  expect(existsSync(join(root, 'mail', 'recent.safetensors'))).toBe(true);
  const again = await fit(module, { folder: 'mail' });
  const other = createLinearModule(engine);
  const whole = await fit(other, { folder: 'mail-whole' });
  other.dispose();
  expect(again).toEqual(whole);
});

test('a damaged checkpoint that is passed over is named', async () => {
  const warnings: string[] = [];
  const onWarning = (line: string): void => void warnings.push(line);
  await fit(module, { folder: 'damaged' });
  const kept = readdirSync(join(root, 'damaged'));
  for (const name of kept) writeFileSync(join(root, 'damaged', name), 'damaged');
  await fit(module, { folder: 'damaged', onWarning });
  expect(warnings).toHaveLength(kept.length);
  for (const name of kept) expect(warnings.join()).toContain(name);
});

test('a signal before the first batch ends the fit there', async () => {
  const controller = new AbortController();
  const begun: string[] = [];
  const watch: Callback<LinearBatch> = {
    onTrainStart: () => controller.abort('SIGTERM'),
    onTrainEpochStart: () => void begun.push('epoch'),
  };
  const run = { folder: 'early', callbacks: [watch], signal: controller.signal };
  await expect(fit(module, run)).rejects.toThrow('Training was interrupted after step 0.');
  expect(begun).toEqual([]);
  expect(readdirSync(join(root, 'early'))).toEqual(['recent.safetensors']);
});

test('a signal while stochastic weight averaging refreshes statistics leaves what training goes on from', async () => {
  const average = (): Callback =>
    createStochasticWeightAveraging({ swaLrs: 0.01, swaEpochStart: 0.5, annealingEpochs: 1 });
  const controller = new AbortController();
  const stopping: LinearModule = {
    ...module,
    trainingStep: (batch, index, trainer) => {
      // 12 steps of training are done: this one refreshes
      if (trainer.globalStep === 12 && index === 2) controller.abort('SIGTERM');
      return module.trainingStep(batch, index, trainer);
    },
  };
  const run = { folder: 'swa', callbacks: [average()] };
  const first = fit(stopping, { ...run, signal: controller.signal });
  await expect(first).rejects.toThrow('Training was interrupted after step 12.');
  const again = await fit(module, { ...run, callbacks: [average()] });
  const other = createLinearModule(engine);
  const whole = await fit(other, { folder: 'swa-whole', callbacks: [average()] });
  other.dispose();
  expect(again).toEqual(whole);
});
