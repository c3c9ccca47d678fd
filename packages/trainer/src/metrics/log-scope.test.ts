import type { Engine } from '@limber/engine';
import { expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { Logger } from '../loggers/logger.ts';
import { Trainer } from '../trainer.ts';
import type { LogOptions } from './metric-collection.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each), { isLogging: false });

/** Fits an epoch of 3 batches with one of validation. @returns the lines that were logged. */
async function linesOf(callback: Callback<LinearBatch>): Promise<Record<string, number>[]> {
  const lines: Record<string, number>[] = [];
  const logger: Logger = {
    type: 'memory',
    open: () => {},
    logMetrics: (metrics, { step }) => void lines.push({ step, ...metrics }),
    getState: () => ({}),
    sync: () => {},
    close: () => {},
  };
  const options = { engine, maxEpochs: 1, logEveryNSteps: 1, numSanityValSteps: 0 };
  const trainer = new Trainer<LinearBatch>({
    ...options,
    loggers: [logger],
    callbacks: [callback],
  });
  await trainer.fit(module, { train: linearSource(3), val: linearSource(2) });
  return lines;
}

/** Logs 1 in one hook. */
const loggingIn = (hook: string, options?: LogOptions): Callback<LinearBatch> => ({
  [hook]: (trainer: { log: (name: string, value: number, options?: LogOptions) => void }) =>
    trainer.log('it', 1, options),
});

/** Lightning's table of hooks: by step where there is a step, else by epoch. */
test.each([
  ['onTrainEpochStart', [{ step: 3, it: 1 }]],
  ['onTrainBatchStart', [1, 2, 3].map((step) => ({ step, it: 1 }))],
  ['onBeforeBackward', [1, 2, 3].map((step) => ({ step, it: 1 }))],
  ['onTrainBatchEnd', [1, 2, 3].map((step) => ({ step, it: 1 }))],
  ['onTrainEpochEnd', [{ step: 3, it: 1 }]],
  ['onValidationStart', [{ step: 3, it: 1 }]],
  ['onValidationBatchEnd', [{ step: 3, it: 1 }]],
  ['onValidationEpochEnd', [{ step: 3, it: 1 }]],
])('what %s logs is logged, by step or epoch as in Lightning', async (hook, lines) => {
  expect(await linesOf(loggingIn(hook))).toEqual(lines);
});

test.each([
  ['onTrainEpochStart', { onStep: true }, 'onEpoch, without onStep'],
  ['onTrainEpochEnd', { onStep: true, onEpoch: true }, 'onEpoch, without onStep'],
  ['onValidationBatchEnd', { onStep: true, onEpoch: false }, 'onEpoch, with or without onStep'],
])('in %s %j is refused', async (hook, options, expected) => {
  await expect(linesOf(loggingIn(hook, options))).rejects.toThrow(
    `log("it"): a value of a step, where no step is logged: expected ${expected}, got ${JSON.stringify(options)}.`,
  );
});

test('the mean of an epoch is there for those who monitor training at its end', async () => {
  const seen: unknown[] = [];
  await linesOf({
    onTrainBatchEnd: (trainer, _batch, index) =>
      trainer.log('train/index', index, { onStep: false, onEpoch: true }),
    onTrainEpochEnd: (trainer) => void seen.push(trainer.callbackMetrics['train/index']),
  });
  expect(seen).toEqual([1]);
});
