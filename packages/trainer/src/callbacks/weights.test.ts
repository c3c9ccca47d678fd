import type { Engine } from '@limber/engine';
import { createOptimizer } from '@limber/engine';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findLastGoodCheckpoint } from '../checkpoints/find-checkpoint.ts';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import { Trainer } from '../trainer.ts';
import { createBackboneFinetuning } from './backbone-finetuning.ts';
import { createModelCheckpoint } from './model-checkpoint.ts';
import { createModelSummary } from './model-summary.ts';
import { createNanGuard } from './nan-guard.ts';
import { createStochasticWeightAveraging } from './stochastic-weight-averaging.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-weights-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

test('stochastic weight averaging ends with the mean of the last epochs, and fresh statistics', async () => {
  const ends: Record<string, number[]>[] = [];
  const rates: number[] = [];
  const watch: Callback<LinearBatch> = {
    onTrainBatchStart: (trainer) => void rates.push(trainer.learningRate),
    onTrainEpochEnd: () => void ends.push(readLinearWeights(module)),
  };
  const swa = createStochasticWeightAveraging({
    swaLrs: 0.01,
    swaEpochStart: 0.5,
    annealingEpochs: 1,
    annealingStrategy: 'linear',
  });
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 6, callbacks: [swa, watch] });
  await trainer.fit(module, { train: linearSource(2) });

  // the schedule is constant at 0.05; epoch 3 moves to 0.01 in two steps
  expect(rates.map((rate) => Number(rate.toFixed(6)))).toEqual([
    0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.03, 0.01, 0.01, 0.01, 0.01,
  ]);
  const weights = readLinearWeights(module);
  for (const [at, value] of weights['linear/kernel']!.entries()) {
    const mean = [3, 4, 5].reduce((sum, epoch) => sum + ends[epoch]!['linear/kernel']![at]!, 0) / 3;
    expect(value).toBeCloseTo(mean, 5);
  }
  expect(weights['linear/running-mean']).not.toEqual(ends[5]!['linear/running-mean']);
});

/** The first epoch's weights, then the rest by a resumed fit; the same weights as in one go. */
async function resumeAfterOneEpoch(callbacks: () => Callback<LinearBatch>[]): Promise<void> {
  const folder = mkdtempSync(join(root, 'resume-'));
  const data = { train: linearSource(3) };
  const fit = async (into: LinearModule, stopAt: number | null): Promise<void> => {
    const stopping: Callback<LinearBatch> = {
      onTrainEpochStart: (trainer) => {
        if (trainer.currentEpoch === stopAt) throw new Error('stopped');
      },
    };
    const keeper = createModelCheckpoint({ dirpath: folder });
    const all = stopAt === null ? callbacks() : [...callbacks(), stopping];
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 4, callbacks: [...all, keeper] });
    await trainer.fit(into, data, { ckptPath: 'last' });
  };
  await fit(module, null);
  const whole = readLinearWeights(module);
  rmSync(folder, { recursive: true });
  for (const stopAt of [2, null]) {
    const other = createLinearModule(engine);
    if (stopAt === null) await fit(other, stopAt);
    else await expect(fit(other, stopAt)).rejects.toThrow('stopped');
    if (stopAt === null) expect(readLinearWeights(other)).toEqual(whole);
    other.dispose();
  }
}

test('stochastic weight averaging goes on exactly after an interruption', async () => {
  await resumeAfterOneEpoch(() => [
    createStochasticWeightAveraging({ swaLrs: 0.02, swaEpochStart: 1, annealingEpochs: 2 }),
  ]);
});

/** The kernel stands for the backbone, the bias for the rest. */
function finetuning(): Callback {
  return createBackboneFinetuning({
    isBackbone: (name) => name === 'linear/kernel',
    createOptimizer: (variables) => createOptimizer(engine, variables, { type: 'sgd' }),
    unfreezeBackboneAtEpoch: 1,
    lambdaFunc: () => 2,
  });
}

test('a backbone is frozen, then learns at a tenth of the rate, and twice as fast every epoch', async () => {
  const steps: { kernel: number; gradient: number }[] = [];
  let kernelBefore = 0;
  const first = (values: readonly number[] | undefined): number => values![0]!;
  const watch: Callback<LinearBatch> = {
    onTrainBatchStart: () => {
      kernelBefore = first(readLinearWeights(module)['linear/kernel']);
    },
    onBeforeOptimizerStep: (trainer, gradients) => {
      const gradient = gradients[trainer.module.weights[0]!.variable.name];
      // a frozen weight costs no gradient
      expect(gradient === undefined).toBe(trainer.currentEpoch === 0);
      steps.push({ kernel: 0, gradient: gradient?.dataSync()[0] ?? 1 });
    },
    onTrainBatchEnd: () => {
      const after = first(readLinearWeights(module)['linear/kernel']);
      steps.at(-1)!.kernel = after - kernelBefore;
    },
  };
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 6,
    callbacks: [finetuning(), watch],
  });
  await trainer.fit(module, { train: linearSource(1) });
  const rates = steps.map(({ kernel, gradient }) => -kernel / gradient);
  // the rest learns at 0.05; the backbone catches up with it and does not pass it
  for (const [at, rate] of [0, 0.005, 0.01, 0.02, 0.04, 0.05].entries()) {
    expect(rates[at]).toBeCloseTo(rate, 4);
  }
});

test('backbone finetuning goes on exactly after an interruption', async () => {
  await resumeAfterOneEpoch(() => [finetuning()]);
});

test('the summary adds up parameters by the parts of their names', async () => {
  const lines: string[] = [];
  const summary = createModelSummary({ write: (line) => lines.push(line), maxDepth: 2 });
  const trainer = new Trainer<LinearBatch>({ engine, fastDevRun: true, callbacks: [summary] });
  await trainer.fit(module, { train: linearSource(1) });
  expect(lines).toEqual([
    'linear.kernel                   3 parameters',
    'linear.bias                     1 parameters',
    'linear.running-mean             0 parameters  3 not trained',
    'total                           4 parameters',
    '3 numbers are not trained; all of them take 0.0 MB',
  ]);
});

test('the guard writes down the batch whose loss is NaN, before a checkpoint is spoiled', async () => {
  const { tf } = engine;
  const folder = join(root, 'guarded');
  const described: number[] = [];
  const lines: string[] = [];
  const broken: LinearModule = {
    ...module,
    trainingStep: (batch, index, trainer) => {
      const loss = module.trainingStep(batch, index, trainer);
      return index === 2 ? tf.mul(loss, Number.NaN) : loss;
    },
  };
  const guard = createNanGuard<LinearBatch>({
    describe: async (batch) => {
      described.push(batch.size);
      return 'a/folder';
    },
    write: (line) => lines.push(line),
  });
  const keeper = createModelCheckpoint({ dirpath: folder, everyNTrainSteps: 1, saveTopK: -1 });
  const before = tf.memory().numTensors;
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1, callbacks: [guard, keeper] });
  await expect(trainer.fit(broken, { train: linearSource(5) })).rejects.toThrow(
    'The loss is NaN at step 3 (epoch 0)',
  );
  expect([described, lines]).toEqual([[4], ['The loss is NaN: the batch is in a/folder']]);
  expect((await findLastGoodCheckpoint([folder], () => {}))?.contents.facts.position.step).toBe(2);
  expect(tf.memory().numTensors).toBe(before);
});
