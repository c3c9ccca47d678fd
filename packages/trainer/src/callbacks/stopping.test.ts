import type { Engine } from '@limber/engine';
import { beforeEach, describe, expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { Trainer } from '../trainer.ts';
import type { TrainerOptions } from '../trainer-options.ts';
import type { EarlyStoppingOptions } from './early-stopping.ts';
import { createEarlyStopping } from './early-stopping.ts';
import { createGradientAccumulationScheduler } from './gradient-accumulation-scheduler.ts';
import { createTimer } from './timer.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each), { isLogging: false });

/** Validates with given scores, one after the other, and tells where the fit ended. */
async function stopWith(
  scores: readonly number[],
  options: Omit<EarlyStoppingOptions, 'monitor'>,
  flags: Partial<TrainerOptions<LinearBatch>> = {},
) {
  let check = 0;
  const scored: LinearModule = {
    ...module,
    validationStep: (_batch, _index, trainer) => trainer.log('score', scores[check++]!),
  };
  const lines: string[] = [];
  const stopping = createEarlyStopping({
    monitor: 'score',
    write: (line) => lines.push(line),
    ...options,
  });
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: scores.length,
    numSanityValSteps: 0,
    ...flags,
    callbacks: [stopping],
  });
  await trainer.fit(scored, { train: linearSource(1), val: linearSource(1) });
  const { stoppingReason, stoppedEpoch, bestScore, waitCount } = stopping;
  return { stoppingReason, stoppedEpoch, bestScore, waitCount, checks: check, lines };
}

describe('early stopping', () => {
  test('ends after so many checks without improvement', async () => {
    expect(await stopWith([5, 4, 4, 4.5, 3, 3, 3, 3], { patience: 3 })).toEqual({
      stoppingReason: 'PATIENCE_EXHAUSTED',
      stoppedEpoch: 7,
      bestScore: 3,
      waitCount: 3,
      checks: 8,
      lines: [
        'EarlyStopping (PATIENCE_EXHAUSTED): score did not improve on 3 in the last 3 checks',
      ],
    });
  });

  test('counts checks and not epochs', async () => {
    const scores = Array.from({ length: 9 }, () => 1);
    const flags = { maxEpochs: 100, checkValEveryNEpoch: 10 };
    // the first check sets the best, the next four do not improve on it
    expect(await stopWith(scores, { patience: 4 }, flags)).toMatchObject({
      stoppedEpoch: 49,
      checks: 5,
    });
  });

  test('takes less than minDelta for no improvement', async () => {
    const result = await stopWith([5, 4.95, 4.91, 4.8], { patience: 2, minDelta: 0.1 });
    expect(result).toMatchObject({ stoppedEpoch: 2, bestScore: 5 });
  });

  test.each([
    [[0.1, 0.95], { mode: 'max', stoppingThreshold: 0.9 }, 'STOPPING_THRESHOLD', 1],
    [[1, 11], { divergenceThreshold: 10 }, 'DIVERGENCE_THRESHOLD', 1],
    [[1, Number.NaN], {}, 'NON_FINITE_METRIC', 1],
    [[1, Number.NaN, 1], { checkFinite: false }, 'NOT_STOPPED', null],
    [[1, 2, 3], { mode: 'max', patience: 1 }, 'NOT_STOPPED', null],
  ] as const)('of %j with %j says %s', async (...row) => {
    const [scores, options, stoppingReason, stoppedEpoch] = row;
    expect(await stopWith(scores, options)).toMatchObject({ stoppingReason, stoppedEpoch });
  });

  test('of a metric that is not there is an error, or left out without strict', async () => {
    await expect(stopWith([1], { monitor: 'scor' } as never)).rejects.toThrow(
      'EarlyStopping.monitor: a metric that was not logged: expected one of score, got scor. Did you mean "score"?',
    );
    const lax = { monitor: 'scor', strict: false } as never;
    expect(await stopWith([1, 1], lax)).toMatchObject({
      bestScore: null,
      stoppingReason: 'NOT_STOPPED',
      checks: 2,
    });
  });

  test('checks after validations: not in the sanity check, nor in another stage', async () => {
    // the first score is that of the sanity check
    const sanity = { numSanityValSteps: 1, maxEpochs: 2 };
    expect(await stopWith([1, 5, 6], { patience: 2 }, sanity)).toMatchObject({
      bestScore: 5,
      waitCount: 1,
      checks: 3,
    });
    const stopping = createEarlyStopping({ monitor: 'score', checkOnTrainEpochEnd: false });
    const trainer = new Trainer<LinearBatch>({ engine, callbacks: [stopping] });
    const scored: LinearModule = { ...module, validationStep: (_b, _i, at) => at.log('score', 1) };
    await trainer.validate(scored, linearSource(2));
    expect(stopping.bestScore).toBeNull();
  });

  test('checks at the ends of epochs without validation, or if it is told to', async () => {
    const scores = [4, 3, 3, 3];
    const logging: LinearModule = {
      ...module,
      trainingStep: (batch, index, trainer) => {
        const score = scores[trainer.currentEpoch]!;
        trainer.log('score', score, { onStep: false, onEpoch: true });
        return module.trainingStep(batch, index, trainer);
      },
      validationStep: (_batch, _index, trainer) => trainer.log('other', trainer.globalStep),
    };
    for (const isValidating of [false, true]) {
      const stopping = createEarlyStopping({
        monitor: 'score',
        patience: 2,
        ...(isValidating ? { checkOnTrainEpochEnd: true } : {}),
      });
      const options = { engine, maxEpochs: 4, numSanityValSteps: 0, valCheckInterval: 1 };
      const trainer = new Trainer<LinearBatch>({ ...options, callbacks: [stopping] });
      const val = isValidating ? { val: linearSource(1) } : {};
      await trainer.fit(logging, { train: linearSource(2), ...val });
      const { stoppedEpoch, waitCount, bestScore } = stopping;
      expect({ stoppedEpoch, waitCount, bestScore }).toEqual({
        stoppedEpoch: 3,
        waitCount: 2,
        bestScore: 3,
      });
    }
  });

  test('goes on from its state', () => {
    const before = createEarlyStopping({ monitor: 'score' });
    const values = { bestScore: 2, waitCount: 1, stoppedEpoch: null, reason: 'NOT_STOPPED' };
    void before.loadStateDict!({ values }, {} as RunningTrainer);
    expect(before).toMatchObject({ bestScore: 2, waitCount: 1, stoppedEpoch: null });
    expect(before.stateDict!()).toEqual({ values });
  });

  test('is off in a fast development run', async () => {
    const result = await stopWith([Number.NaN], {}, { fastDevRun: true });
    expect(result.stoppingReason).toBe('NOT_STOPPED');
  });
});

test('the accumulation changes at its epochs, and the steps of the whole fit are known before', async () => {
  const steps: number[] = [];
  const scheduler = createGradientAccumulationScheduler({ scheduling: { 1: 4, 3: 2 } });
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 4,
    callbacks: [scheduler, { onTrainEpochEnd: (at) => void steps.push(at.globalStep) }],
  });
  let estimated = 0;
  const asking: LinearModule = {
    ...module,
    configureOptimizers: (at) => {
      estimated = at.estimatedSteppingBatches;
      return module.configureOptimizers(at);
    },
  };
  await trainer.fit(asking, { train: linearSource(6) });
  // 6 batches one by one, then windows of 4 and 2 twice, then three windows of 2
  expect(steps).toEqual([6, 8, 10, 13]);
  expect(estimated).toBe(13);
  expect(() => createGradientAccumulationScheduler({ scheduling: { 1: 0 } })).toThrow(
    'GradientAccumulationScheduler.scheduling[1]: not an epoch with its batches: ' +
      'expected an epoch >= 0 with a whole number of batches >= 1, got 0.',
  );
});

test.each([
  [{ 0: 1 }, null],
  [{ 0: 2, 7: 1 }, null],
  [
    { 2: 1.5 },
    'scheduling[2]: not an epoch with its batches: expected an epoch >= 0 with a whole number of batches >= 1, got 1.5.',
  ],
  [{ '-1': 2 }, 'scheduling[-1]: not an epoch'],
  [{ '0.5': 2 }, 'scheduling[0.5]: not an epoch'],
])('an accumulation of %j says %s', (scheduling, message) => {
  const create = (): unknown => createGradientAccumulationScheduler({ scheduling });
  if (message === null) expect(create).not.toThrow();
  else expect(create).toThrow(`GradientAccumulationScheduler.${message}`);
});

test('an accumulation goes by the order of its epochs, however their numbers are written', () => {
  // JavaScript lists 10 first
  const written = { '04': 4, 10: 2 };
  const scheduler = createGradientAccumulationScheduler({ scheduling: written });
  expect([3, 4, 9, 10].map((epoch) => scheduler.accumulateGradBatches!(epoch))).toEqual([
    1, 4, 4, 2,
  ]);
});

describe('a timer', () => {
  let ms: number;
  const now = (): number => ms;
  const clock: Callback<LinearBatch> = {
    onTrainBatchStart: () => void (ms += 1000),
    onValidationStart: () => void (ms += 1000),
  };
  beforeEach(() => {
    ms = 7000;
  });
  const fit = (callbacks: readonly Callback<LinearBatch>[]): Promise<Trainer<LinearBatch>> => {
    const trainer = new Trainer<LinearBatch>({ engine, numSanityValSteps: 0, callbacks });
    const data = { train: linearSource(3), val: linearSource(1) };
    return trainer.fit(module, data).then(() => trainer);
  };

  test('by epochs finishes the epoch, and counts what ran before', async () => {
    const timer = createTimer({ durationSeconds: 4, interval: 'epoch', now });
    await timer.loadStateDict?.({ values: { elapsedSeconds: 2 } }, {} as RunningTrainer);
    const { globalStep } = await fit([clock, timer]);
    expect([globalStep, timer.timeElapsedSeconds, timer.timeRemainingSeconds]).toEqual([3, 6, 0]);
    // what it hands on is the whole time, and no time passes after the fit
    ms += 1000;
    expect(await timer.stateDict!()).toEqual({ values: { elapsedSeconds: 6 } });
  });

  test('by steps looks at the clock after steps alone', async () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const timer = createTimer({ durationSeconds: 4, now, write });
    // the validation ends at 4 s, the step after it at 5 s
    expect((await fit([clock, timer])).globalStep).toBe(4);
    expect(lines[0]).toBe('The time of 4 seconds is over: training stops.');
  });

  test('stands still after a fit that failed', async () => {
    const timer = createTimer({ now });
    const failing: Callback<LinearBatch> = {
      onTrainBatchEnd: () => {
        throw new Error('failed');
      },
    };
    await expect(fit([clock, timer, failing])).rejects.toThrow('failed');
    ms += 5000;
    expect([timer.timeElapsedSeconds, timer.timeRemainingSeconds]).toEqual([1, Infinity]);
  });

  test('goes by the clock of the system if no other is given', async () => {
    expect((await fit([createTimer({ durationSeconds: 1e-9 })])).globalStep).toBeLessThan(2);
    const stopping: Callback<LinearBatch> = {
      onTrainBatchEnd: (trainer) => void (trainer.globalStep === 4 && trainer.stop()),
    };
    const hour = createTimer({ durationSeconds: 3600 });
    expect((await fit([hour, stopping])).globalStep).toBe(4);
  });

  test('whose time is over before the first batch begins no epoch', async () => {
    const begun: number[] = [];
    const watch: Callback<LinearBatch> = {
      onTrainEpochStart: (trainer) => void begun.push(trainer.currentEpoch),
    };
    const timer = createTimer({ durationSeconds: 4, now });
    await timer.loadStateDict?.({ values: { elapsedSeconds: 4 } }, {} as RunningTrainer);
    const { globalStep } = await fit([timer, watch]);
    expect([globalStep, begun]).toEqual([0, []]);
  });
});
