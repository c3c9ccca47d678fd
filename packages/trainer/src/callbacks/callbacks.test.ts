import type { Engine } from '@limber/engine';
import { beforeAll, expect, test } from 'vitest';
import type { LinearBatch } from '../fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from '../fixtures/linear-module.suite.ts';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { Logger } from '../loggers/logger.ts';
import { Trainer } from '../trainer.ts';
import { createLearningRateMonitor } from './learning-rate-monitor.ts';
import { createModelCheckpoint } from './model-checkpoint.ts';
import { createProgressLine } from './progress.ts';
import { createThroughputMonitor } from './throughput-monitor.ts';
import { createWeightHistograms } from './weight-histograms.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
});

const data = { train: linearSource(4), val: linearSource(1) };
const samplesOf = ({ size }: LinearBatch): number => size;

test('the progress line tells position, metrics, pace and time left', async () => {
  const module = createLinearModule(engine);
  const lines: string[] = [];
  let ms = 0;
  const progress = createProgressLine<LinearBatch>({
    write: (line) => lines.push(line.replaceAll(/\d\.\d{3}\b/g, 'x')),
    samplesOf,
    everySeconds: 2,
    // the clock moves with the steps alone
    now: () => ms,
  });
  const clock: Callback<LinearBatch> = { onTrainBatchStart: () => void (ms += 1000) };
  const callbacks = [clock, progress];
  await new Trainer<LinearBatch>({ engine, maxEpochs: 2, callbacks }).fit(module, data);
  expect(lines).toEqual([
    'epoch 1/2  step 2/8  train/loss x  4.0 images/s  6s left',
    'epoch 1/2  step 4/8  train/loss x  4.0 images/s  4s left',
    'epoch 1/2  step 4/8  validated  train/loss x',
    'epoch 2/2  step 6/8  train/loss x  4.0 images/s  2s left',
    'epoch 2/2  step 8/8  train/loss x  4.0 images/s  0s left',
    'epoch 2/2  step 8/8  validated  train/loss x',
  ]);
  module.dispose();
});

type Line = Record<string, number>;

/** Keeps metrics, and the names of histograms and images with their steps, in memory. */
function memoryLogger() {
  const lines: Line[] = [];
  const others: [string, number, unknown][] = [];
  const logger: Logger = {
    type: 'memory',
    open: () => {},
    logMetrics: (metrics, at) => void lines.push({ ...at, ...metrics }),
    logHistogram: (name, values, { step }) => void others.push([name, step, [...values]]),
    logImage: (name, { width }, { step }) => void others.push([name, step, width]),
    getState: () => ({}),
    sync: () => {},
    close: () => {},
  };
  return { lines, others, logger };
}

test('the throughput monitor splits a step into waiting and computing', async () => {
  const module = createLinearModule(engine);
  let ms = 0;
  const now = (): number => ms;
  const { lines, logger } = memoryLogger();
  const slow = {
    batchesPerEpoch: 5,
    async *batches(epoch: number, fromBatch?: number) {
      for await (const batch of linearSource(5).batches(epoch, fromBatch)) {
        ms += 25;
        yield batch;
      }
    },
  };
  const computing: Callback<LinearBatch> = { onBeforeBackward: () => void (ms += 75) };
  const callbacks = [computing, createThroughputMonitor<LinearBatch>({ logger, samplesOf, now })];
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 1,
    logEveryNSteps: 2,
    callbacks,
    now,
  });
  // the fifth step of the first fit is no part of the second
  for (let fits = 0; fits < 2; fits++) await trainer.fit(module, { train: slow });
  const window = { imagesPerSecond: 40, stepSeconds: 0.1, dataWaitShare: 0.25 };
  expect(lines).toMatchObject([2, 4, 2, 4].map((step) => ({ step, ...window })));
  module.dispose();
});

test('without a clock the throughput is by the time of the process', async () => {
  const module = createLinearModule(engine);
  const { lines, logger } = memoryLogger();
  const callbacks = [createThroughputMonitor<LinearBatch>({ logger, samplesOf })];
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1, logEveryNSteps: 1, callbacks });
  await trainer.fit(module, { train: linearSource(1) });
  const [{ stepSeconds, imagesPerSecond }] = lines as unknown as [Record<string, number>];
  expect(stepSeconds).toBeGreaterThan(0);
  expect(imagesPerSecond! * stepSeconds!).toBeCloseTo(4, 2);
  module.dispose();
});

test('the learning rate is logged with the steps that are logged, and with no other', async () => {
  const module = createLinearModule(engine, { isLogging: false });
  const { lines, logger } = memoryLogger();
  const known: Line[] = [];
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 1,
    logEveryNSteps: 3,
    loggers: [logger],
    callbacks: [
      createLearningRateMonitor(),
      { onTrainBatchEnd: ({ callbackMetrics }) => void known.push({ ...callbackMetrics }) },
    ],
  });
  await trainer.fit(module, { train: linearSource(4) });
  expect(lines).toEqual([{ step: 3, epoch: 0, samples: 3, lr: 0.05 }]);
  expect(known).toEqual([{}, {}, { lr: 0.05 }, { lr: 0.05 }]);
  module.dispose();
});

test('histograms of every weight are drawn at the ends of epochs, images where they are logged', async () => {
  const module = createLinearModule(engine);
  const { others, logger } = memoryLogger();
  const weights: unknown[] = [];
  const watch: Callback<LinearBatch> = {
    onTrainEpochEnd: () => void weights.push(Object.values(readLinearWeights(module))),
    onValidationEpochEnd: (trainer) =>
      trainer.logImage('val/first', { png: new Uint8Array(), width: 7, height: 5 }),
  };
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 6,
    checkValEveryNEpoch: 4,
    numSanityValSteps: 0,
    loggers: [logger],
    callbacks: [createWeightHistograms({ everyNEpochs: 3 }), watch],
  });
  await trainer.fit(module, data);
  const names = ['linear/kernel', 'linear/bias', 'linear/running-mean'];
  const histograms = (step: number, epoch: number) =>
    names.map((name, at) => [`weights/${name}`, step, (weights[epoch] as number[][])[at]]);
  expect(others).toEqual([...histograms(12, 2), ['val/first', 16, 7], ...histograms(24, 5)]);
  module.dispose();
});

test('a monitored metric that nobody logs is named with its neighbour', async () => {
  const module = createLinearModule(engine);
  const checkpoint = createModelCheckpoint({ dirpath: '/nowhere', monitor: 'val/los' });
  const callbacks = [{ ...checkpoint, onFitStart: () => {} }];
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1, callbacks });
  await expect(trainer.fit(module, data)).rejects.toThrow(
    'ModelCheckpoint.monitor: a metric that was not logged: expected one of val/loss, train/loss, got val/los. ' +
      'Did you mean "val/loss"?',
  );
  module.dispose();
});
