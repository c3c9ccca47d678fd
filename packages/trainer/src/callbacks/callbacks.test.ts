import type { Engine } from '@limber/engine';
import { beforeAll, expect, test } from 'vitest';
import type { LinearBatch } from '../fixtures/linear-module.suite.ts';
import { createLinearModule, linearSource } from '../fixtures/linear-module.suite.ts';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { Logger } from '../loggers/logger.ts';
import { Trainer } from '../trainer.ts';
import { createModelCheckpoint } from './model-checkpoint.ts';
import { createProgressLine } from './progress.ts';
import { createThroughputMonitor } from './throughput-monitor.ts';

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

test('the throughput monitor splits a step into waiting and computing', async () => {
  const module = createLinearModule(engine);
  const lines: Record<string, number>[] = [];
  let ms = 0;
  const now = (): number => ms;
  const logger: Logger = {
    type: 'memory',
    open: () => {},
    logMetrics: (metrics, at) => void lines.push({ ...at, ...metrics }),
    getState: () => ({}),
    sync: () => {},
    close: () => {},
  };
  const slow = {
    batchesPerEpoch: 4,
    async *batches(epoch: number, fromBatch?: number) {
      for await (const batch of linearSource(4).batches(epoch, fromBatch)) {
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
  await trainer.fit(module, { train: slow });
  expect(lines).toMatchObject([
    { step: 2, imagesPerSecond: 40, stepSeconds: 0.1, dataWaitShare: 0.25 },
    { step: 4, imagesPerSecond: 40, stepSeconds: 0.1, dataWaitShare: 0.25 },
  ]);
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
