import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, expect, test } from 'vitest';
import type { BatchSource } from '../data/batch-source.ts';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource, readLinearWeights } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { Logger, LoggerState } from '../loggers/logger.ts';
import type { TrainerFlags } from '../loops/trainer-flags.ts';
import { Trainer } from '../trainer.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-points-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

const hooks = `
  onTrainStart onTrainEpochStart onTrainBatchStart onTrainBatchEnd onValidationStart onValidationEnd onTrainEpochEnd
  onTrainEnd
`
  .trim()
  .split(/\s+/);

/** Fits from a checkpoint, or from the start. @returns every hook with where it was, the log and the weights. */
async function fit(
  flags: Partial<TrainerFlags>,
  { from, save, stopAt }: { from?: string; save?: string; stopAt: number },
) {
  const trace: string[] = [];
  const at = ({ currentEpoch, globalStep }: RunningTrainer): string =>
    `${currentEpoch}:${globalStep}`;
  const note = (name: string) => (trainer: RunningTrainer) =>
    void trace.push(`${name} ${at(trainer)}`);
  /** Where in the trace and the log a checkpoint was written, by its file. */
  const saved = new Map<string, { readonly traced: number; readonly logged: number }>();
  const lines: string[] = [];
  const opened: (LoggerState | null)[] = [];
  const logger: Logger = {
    type: 'memory',
    open: (state) => void opened.push(state),
    logMetrics: (metrics, { step }) => void lines.push(`${step} ${JSON.stringify(metrics)}`),
    getState: () => ({ lines: lines.length }),
    sync: () => {},
    close: () => {},
  };
  const watch: Callback<LinearBatch> = {
    ...Object.fromEntries(hooks.map((name) => [name, note(name)])),
    onFitStart: (trainer) => void trace.push(`can save: ${trainer.canSaveCheckpoint}`),
    onTrainBatchEnd: (trainer) => {
      note('onTrainBatchEnd')(trainer);
      if (trainer.globalStep === stopAt) trainer.stop();
    },
  };
  const first: Callback = { onSafePoint: note('first at safe point') };
  const saver: Callback = {
    onSafePoint: async (trainer, point) => {
      const file = join(root, `${save}-${point}-${at(trainer)}.safetensors`);
      if (save === undefined || saved.has(file)) return;
      saved.set(file, { traced: trace.length, logged: lines.length });
      await trainer.saveCheckpoint(file);
    },
  };
  const last: Callback = { onSafePoint: note('last at safe point') };
  const source = linearSource(3);
  const train: BatchSource<LinearBatch> = {
    ...source,
    batches: (epoch, batch = 0) => {
      trace.push(`read ${epoch} from ${batch}`);
      return source.batches(epoch, batch);
    },
  };
  const trainer = new Trainer<LinearBatch>({
    engine,
    numSanityValSteps: 0,
    logEveryNSteps: 1,
    ...flags,
    loggers: [logger],
    callbacks: [watch, first, saver, last],
  });
  for (const { variable } of module.weights)
    variable.assign(engine.tf.zeros(variable.shape) as never);
  const data = { train, val: linearSource(1) };
  await trainer.fit(module, data, from === undefined ? {} : { ckptPath: from });
  return { trace, lines, opened, saved, weights: readLinearWeights(module) };
}

/** What is left of a trace without what a resumed fit does again: it starts, and it reads from its own batch on. */
const comparable = (trace: readonly string[]): string[] =>
  trace.filter((line) => !/^(?:can save|onTrainStart|read)/.test(line));

test.each<[string, Partial<TrainerFlags>, number]>([
  ['to its end', { maxEpochs: 2 }, Infinity],
  ['with a smaller last window', { maxEpochs: 2, accumulateGradBatches: 2 }, Infinity],
  ['with a validation after each step', { maxEpochs: 2, valCheckInterval: 1 }, Infinity],
  ['to a number of steps within an epoch', { maxSteps: 4, maxEpochs: -1 }, Infinity],
  ['that is asked to stop within an epoch', { maxEpochs: 3 }, 5],
  ['that is asked to stop before it may', { maxEpochs: 9, minEpochs: 2 }, 2],
])('a fit %s goes on from each of its safe points with what was still to come', async (...row) => {
  const [what, flags, stopAt] = row;
  const whole = await fit(flags, { save: what, stopAt });
  expect(whole.trace[0]).toBe('can save: false');
  expect(whole.saved.size).toBeGreaterThan(4);
  for (const [file, { traced, logged }] of whole.saved) {
    const resumed = await fit(flags, { from: file, stopAt });
    expect(resumed.trace.slice(0, 2)).toEqual([
      'can save: true',
      expect.stringMatching(/^onTrainStart/),
    ]);
    expect({ file, trace: comparable(resumed.trace) }).toEqual({
      file,
      trace: comparable(whole.trace.slice(traced)),
    });
    // what was trained on is not read again, nor is anything after the end
    const reads = resumed.trace.filter((line) => line.startsWith('read'));
    const trains = resumed.trace.some((line) => line.startsWith('onTrainBatchStart'));
    if (!trains) expect(reads).toEqual([]);
    expect(resumed.lines).toEqual(whole.lines.slice(logged));
    expect(resumed.opened).toEqual([{ type: 'memory', lines: logged }]);
    expect(resumed.weights).toEqual(whole.weights);
  }
});
