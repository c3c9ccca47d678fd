import type { Engine } from '@limber/engine';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findLastGoodCheckpoint } from '../checkpoints/find-checkpoint.ts';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from '../fixtures/linear-module.suite.ts';
import { expectSameAfterResume } from '../fixtures/resume-fit.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import { Trainer } from '../trainer.ts';
import { createModelCheckpoint } from './model-checkpoint.ts';
import { createModelSummary } from './model-summary.ts';
import { createNanGuard } from './nan-guard.ts';
import type { StochasticWeightAveragingOptions } from './stochastic-weight-averaging.ts';
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
  // from what the last epoch left, over the batches of one more
  let mean = ends[5]!['linear/running-mean']!;
  for await (const { inputs, size } of linearSource(2).batches(6)) {
    mean = mean.map((value, column) => {
      const values = inputs.filter((_, at) => at % 3 === column);
      return 0.9 * value + (0.1 * values.reduce((sum, one) => sum + one, 0)) / size;
    });
  }
  for (const [at, value] of weights['linear/running-mean']!.entries()) {
    expect(value).toBeCloseTo(mean[at]!, 5);
  }
});

describe('the rate of stochastic weight averaging', () => {
  /** At steps of a fit of 10 epochs of 10, whose schedule says 0.1 where the averages begin. */
  const ratesOf = (
    options: Partial<StochasticWeightAveragingOptions>,
    steps: readonly number[],
  ): number[] => {
    const swa = createStochasticWeightAveraging({ swaLrs: 0.02, ...options });
    return steps.map((step) => {
      const rate = swa.adaptLearningRate!(0.5, {
        epoch: Math.floor(step / 10),
        step,
        maxEpochs: 10,
        firstStepOf: (epoch) => 10 * epoch,
        scheduledRate: (at) => 0.01 * at,
      });
      return Number(rate.toFixed(6));
    });
  };

  test('moves along a half cosine from that of the schedule, and stays', () => {
    const options = { swaEpochStart: 1, annealingEpochs: 4 };
    // 0.02 and 0.1 in shares of (1 - cos(pi x progress)) / 2: a quarter of the way is 0.146447
    const expected = [0.5, 0.1, 0.088284, 0.06, 0.031716, 0.02, 0.02, 0.02];
    expect(ratesOf(options, [9, 10, 20, 30, 40, 50, 60, 99])).toEqual(expected);
  });

  test('moves in a straight line, or jumps', () => {
    const linear = { swaEpochStart: 1, annealingEpochs: 4, annealingStrategy: 'linear' } as const;
    expect(ratesOf(linear, [10, 20, 30, 40, 50])).toEqual([0.1, 0.08, 0.06, 0.04, 0.02]);
    expect(ratesOf({ swaEpochStart: 1, annealingEpochs: 0 }, [9, 10, 99])).toEqual([
      0.5, 0.02, 0.02,
    ]);
  });

  test('begins with a whole epoch of the part that was asked for, by default after eight tenths', () => {
    const jumping = { annealingEpochs: 0 };
    expect(ratesOf(jumping, [79, 80])).toEqual([0.5, 0.02]);
    expect(ratesOf({ ...jumping, swaEpochStart: 0.25 }, [19, 20])).toEqual([0.5, 0.02]);
    // ten epochs by default
    expect(ratesOf({ swaEpochStart: 1 }, [10, 60])).toEqual([0.1, 0.06]);
  });

  test('needs no last epoch where the first is stated', async () => {
    const swa = createStochasticWeightAveraging({ swaLrs: 0.02, swaEpochStart: 1 });
    const trainer = new Trainer<LinearBatch>({ engine, maxSteps: 2, callbacks: [swa] });
    await trainer.fit(module, { train: linearSource(1) });
    expect(trainer.globalStep).toBe(2);
  });
});

describe('stochastic weight averaging', () => {
  const average = (swaEpochStart: number): Callback =>
    createStochasticWeightAveraging({ swaLrs: 0.02, swaEpochStart, annealingEpochs: 2 });

  test('that has not begun leaves everything as it is, after a resume too, and keeps no tensor', async () => {
    const fit = async (into: LinearModule, epochs: number, callbacks: Callback[]) => {
      const keeper = createModelCheckpoint({ dirpath: join(root, `late-${callbacks.length}`) });
      const all = [...callbacks, keeper];
      const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: epochs, callbacks: all });
      await trainer.fit(into, { train: linearSource(2) }, { ckptPath: 'last' });
      return readLinearWeights(into);
    };
    const before = engine.tf.memory().numTensors;
    const [first, plain] = [createLinearModule(engine), createLinearModule(engine)];
    await fit(first, 1, [average(5)]);
    expect(await fit(module, 2, [average(5)])).toEqual(await fit(plain, 2, []));
    first.dispose();
    plain.dispose();
    expect(engine.tf.memory().numTensors).toBe(before);
  });

  test('keeps no tensor, and takes no log for lost when it is over', async () => {
    const before = engine.tf.memory().numTensors;
    const late: Callback = { onFitEnd: (trainer) => trainer.log('late', 1) };
    const trainer = new Trainer<LinearBatch>({
      engine,
      maxEpochs: 2,
      callbacks: [average(1), late],
    });
    await expect(trainer.fit(module, { train: linearSource(2) })).rejects.toThrow(
      'log("late"): logged where its line would be lost',
    );
    expect(engine.tf.memory().numTensors).toBe(before);
  });

  test('from a part of a fit without end is refused', async () => {
    const trainer = new Trainer<LinearBatch>({ engine, maxSteps: 4, callbacks: [average(0.5)] });
    await expect(trainer.fit(module, { train: linearSource(2) })).rejects.toThrow(
      'StochasticWeightAveraging.swaEpochStart: a part of a fit without end: expected an epoch, or maxEpochs, got 0.5.',
    );
  });
});

test('stochastic weight averaging goes on exactly after an interruption', async () => {
  await expectSameAfterResume(engine, () => [
    createStochasticWeightAveraging({ swaLrs: 0.02, swaEpochStart: 1, annealingEpochs: 2 }),
  ]);
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

test.each([Number.NaN, Infinity])(
  'the guard writes down the batch whose loss is %d, before a checkpoint is spoiled',
  async (value) => {
    const { tf } = engine;
    const folder = join(root, `guarded-${value}`);
    const described: number[] = [];
    const lines: string[] = [];
    const broken: LinearModule = {
      ...module,
      trainingStep: (batch, index, trainer) => {
        const loss = module.trainingStep(batch, index, trainer);
        return index === 2 ? tf.mul(loss, value) : loss;
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
      `The loss is ${value} at step 3 (epoch 0)`,
    );
    expect([described, lines]).toEqual([[4], [`The loss is ${value}: the batch is in a/folder`]]);
    expect((await findLastGoodCheckpoint([folder], () => {}))?.contents.facts.position.step).toBe(
      2,
    );
    expect(tf.memory().numTensors).toBe(before);
  },
);
