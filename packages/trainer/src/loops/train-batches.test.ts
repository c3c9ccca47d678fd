import type { Engine } from '@limber/engine';
import { createOptimizer } from '@limber/engine';
import { describe, expect, test } from 'vitest';
import type { BatchSource } from '../data/batch-source.ts';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import { constantRate } from '../schedules/learning-rate-schedule.ts';
import type { TrainerOptions } from '../trainer-options.ts';
import { Trainer } from '../trainer.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each), { isLogging: false });

function createTrainer(options: Partial<TrainerOptions<LinearBatch>>): Trainer<LinearBatch> {
  return new Trainer({ engine, maxEpochs: 1, numSanityValSteps: 0, ...options });
}

/** Notes which epochs are asked for, and what else happens. */
function recordReads(batchesPerEpoch: number, isLengthKnown = true) {
  const told: string[] = [];
  const source = linearSource(batchesPerEpoch);
  const train: BatchSource<LinearBatch> = {
    batchesPerEpoch: isLengthKnown ? batchesPerEpoch : Infinity,
    batches: (epoch, fromBatch) => {
      told.push(`read ${epoch}`);
      return source.batches(epoch, fromBatch);
    },
  };
  const callback: Callback<LinearBatch> = {
    onValidationStart: ({ currentEpoch }) => void told.push(`validate ${currentEpoch}`),
  };
  return { told, train, callback };
}

describe('the batches of an epoch', () => {
  test('are asked for while the last one of the epoch before is trained on, and those after the end never', async () => {
    const { told, train, callback } = recordReads(2);
    const trainer = createTrainer({ maxEpochs: 3, callbacks: [callback] });
    await trainer.fit(module, { train, val: linearSource(1) });
    const expected = ['read 0', 'read 1', 'validate 0', 'read 2', 'validate 1', 'validate 2'];
    expect(told).toEqual(expected);
  });

  test('are asked for ahead in a fit whose end is one of steps, too', async () => {
    const { told, train, callback } = recordReads(2);
    const trainer = createTrainer({ maxEpochs: -1, maxSteps: 3, callbacks: [callback] });
    await trainer.fit(module, { train, val: linearSource(1) });
    expect(told).toEqual(['read 0', 'read 1', 'validate 0']);
  });

  test('count as seen by their sizes', async () => {
    const seen: number[] = [];
    const watch: Callback<LinearBatch> = {
      onTrainBatchEnd: ({ samplesSeen }) => void seen.push(samplesSeen),
    };
    const samplesOf = ({ size }: LinearBatch): number => size;
    const trainer = createTrainer({ maxEpochs: 2, samplesOf, callbacks: [watch] });
    await trainer.fit(module, { train: linearSource(2, 3) });
    expect(seen).toEqual([3, 6, 9, 12]);
  });

  test('log every so many steps, counted from the first', async () => {
    const logging: number[] = [];
    const watch: Callback<LinearBatch> = {
      onTrainBatchStart: (trainer, _batch, index) =>
        void (trainer.isLoggingStep && logging.push(index)),
    };
    const flags = { logEveryNSteps: 3, accumulateGradBatches: 2 };
    const trainer = createTrainer({ ...flags, callbacks: [watch] });
    await trainer.fit(module, { train: linearSource(14) });
    // the last batches of the third and the sixth step
    expect(logging).toEqual([5, 11]);
  });
});

describe('an accumulation window', () => {
  /** Gradients of the kernel at each step, and where they were set to zero. */
  async function stepsOf(flags: Partial<TrainerOptions<LinearBatch>>) {
    const gradients: number[][] = [];
    const zeroed: number[] = [];
    let batch = -1;
    const watch: Callback<LinearBatch> = {
      onTrainBatchStart: (_trainer, _batch, index) => void (batch = index),
      onBeforeZeroGrad: () => void zeroed.push(batch),
      onBeforeOptimizerStep: (_trainer, all) =>
        void gradients.push([...all[module.weights[0]!.variable.name]!.dataSync()]),
    };
    const still: LinearModule = {
      ...module,
      configureOptimizers: () => ({
        optimizer: createOptimizer(
          engine,
          module.weights.slice(0, 2).map(({ variable }) => variable),
          { type: 'sgd' },
        ),
        schedule: constantRate(0),
      }),
    };
    await createTrainer({ ...flags, callbacks: [watch] }).fit(still, { train: linearSource(3) });
    return { gradients, zeroed };
  }

  test('gives the mean of its gradients, the last one of an epoch that of those that it has', async () => {
    const { gradients: each, zeroed } = await stepsOf({});
    expect(zeroed).toEqual([0, 1, 2]);
    const pairs = await stepsOf({ accumulateGradBatches: 2 });
    expect(pairs.zeroed).toEqual([0, 2]);
    for (const [at, value] of pairs.gradients[0]!.entries()) {
      expect(value).toBeCloseTo((each[0]![at]! + each[1]![at]!) / 2, 5);
    }
    expect(pairs.gradients[1]).toEqual(each[2]);
  });

  test('that is left in its middle keeps no tensor', async () => {
    const before = engine.tf.memory().numTensors;
    const leaving: Callback<LinearBatch> = {
      onTrainBatchStart: (_trainer, _batch, index) => (index === 1 ? 'skip-epoch' : undefined),
    };
    const flags = { accumulateGradBatches: 2, callbacks: [leaving] };
    await createTrainer(flags).fit(module, { train: linearSource(4) });
    expect(engine.tf.memory().numTensors).toBe(before);
  });
});

test('detectAnomaly changes nothing of a sound fit, and keeps no tensor', async () => {
  const before = engine.tf.memory().numTensors;
  const flags = { accumulateGradBatches: 2, gradientClipVal: 1, maxEpochs: 2 };
  await createTrainer({ ...flags, detectAnomaly: true }).fit(module, { train: linearSource(3) });
  const other = createLinearModule(engine, { isLogging: false });
  await createTrainer(flags).fit(other, { train: linearSource(3) });
  expect(readLinearWeights(module)).toEqual(readLinearWeights(other));
  other.dispose();
  expect(engine.tf.memory().numTensors).toBe(before);
});
