import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, expect, test, vi } from 'vitest';
import { readCheckpoint } from '../checkpoints/checkpoint-file.ts';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { Logger } from '../loggers/logger.ts';
import { Trainer } from '../trainer.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-running-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

const silent: Logger = {
  type: 'memory',
  open: () => {},
  logMetrics: () => {},
  getState: () => ({}),
  sync: () => {},
  close: () => {},
};

const factNames = [
  'stage',
  'currentEpoch',
  'globalStep',
  'samplesSeen',
  'learningRate',
  'numTrainingBatches',
  'numValBatches',
  'stepsPerEpoch',
  'estimatedSteppingBatches',
  'isSanityChecking',
  'validatesEveryEpoch',
  'isFastDevRun',
  'isLastBatch',
  'isLoggingStep',
] as const;

const facts = (trainer: RunningTrainer): Partial<RunningTrainer> =>
  Object.fromEntries(factNames.map((name) => [name, trainer[name]]));

test('a hook sees where the fit is, and a pass after it the step that it ended with', async () => {
  const seen: ReturnType<typeof facts>[] = [];
  const watch: Callback<LinearBatch> = { onValidationStart: (at) => void seen.push(facts(at)) };
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 1,
    accumulateGradBatches: 2,
    logEveryNSteps: 1,
    samplesOf: ({ size }) => size,
    callbacks: [watch],
  });
  await trainer.fit(module, { train: linearSource(3), val: [linearSource(1), linearSource(4)] });
  await trainer.validate(module, linearSource(1));
  const ofFit = {
    stage: 'fit',
    currentEpoch: 0,
    learningRate: 0.05,
    numTrainingBatches: 3,
    numValBatches: 5,
    stepsPerEpoch: 2,
    estimatedSteppingBatches: 2,
    validatesEveryEpoch: true,
    isFastDevRun: false,
  };
  const notTraining = { isLastBatch: false, isLoggingStep: false };
  const atEnd = { globalStep: 2, samplesSeen: 12, isSanityChecking: false };
  expect(seen).toEqual([
    { ...ofFit, globalStep: 0, samplesSeen: 0, isSanityChecking: true, ...notTraining },
    { ...ofFit, ...atEnd, isLastBatch: true, isLoggingStep: true },
    {
      stage: 'validate',
      currentEpoch: 0,
      ...atEnd,
      learningRate: 0,
      numTrainingBatches: 0,
      numValBatches: 0,
      stepsPerEpoch: 0,
      estimatedSteppingBatches: 0,
      validatesEveryEpoch: false,
      isFastDevRun: false,
      ...notTraining,
    },
  ]);
});

test.each([
  [{ checkValEveryNEpoch: 2 }, false],
  [{ valCheckInterval: 1 }, false],
  [{ valCheckInterval: 2 }, true],
  [{}, true],
])('with %j every epoch ends with the only validation of it: %j', async (flags, expected) => {
  const seen: boolean[] = [];
  const watch: Callback = { onTrainStart: (at) => void seen.push(at.validatesEveryEpoch) };
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1, ...flags, callbacks: [watch] });
  await trainer.fit(module, { train: linearSource(2), val: linearSource(1) });
  expect(seen).toEqual([expected]);
});

test('a checkpoint can be saved between steps, not before training, not within hooks, not outside of a fit', async () => {
  const seen: [string, boolean][] = [];
  const note = (name: string) => (at: RunningTrainer) =>
    void seen.push([name, at.canSaveCheckpoint]);
  const file = join(root, 'early.safetensors');
  const watch: Callback<LinearBatch> = {
    onFitStart: async (at) => {
      note('fit')(at);
      await expect(at.saveCheckpoint(file)).rejects.toThrow(
        'A checkpoint was asked for before training began: there is nothing to save.',
      );
    },
    onTrainStart: note('train'),
    onTrainEpochStart: note('epoch'),
    onTrainBatchStart: note('batch'),
    onTrainBatchEnd: note('batch end'),
    onTrainEpochEnd: note('epoch end'),
    onTrainEnd: note('train end'),
    onSafePoint: (at, point) => note(`safe ${point}`)(at),
    onValidationStart: note('validation'),
    onValidationEpochEnd: note('validation epoch end'),
  };
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 1,
    numSanityValSteps: 0,
    callbacks: [watch],
  });
  await trainer.fit(module, { train: linearSource(1), val: linearSource(1) });
  expect(seen).toEqual([
    ['fit', false],
    ['train', false],
    ['epoch', false],
    ['batch', false],
    ['batch end', false],
    ['safe batch', true],
    ['validation', true],
    ['validation epoch end', false],
    ['safe validation', true],
    ['epoch end', false],
    ['safe epoch', true],
    ['train end', true],
  ]);
  seen.length = 0;
  const saving: Callback<LinearBatch> = {
    onValidationStart: async (at) => {
      note('validate')(at);
      await at.refreshStatistics();
      await at.saveCheckpoint(file);
    },
  };
  const evaluating = new Trainer<LinearBatch>({ engine, callbacks: [saving] });
  await expect(evaluating.validate(module, linearSource(1))).rejects.toThrow(
    `${file}: no fit is running that could be saved.`,
  );
  expect([seen, readdirSync(root)]).toEqual([[['validate', false]], []]);
});

test('what a callback keeps may be NaN, and one without a state in the checkpoint is left as it is', async () => {
  const arrays = { a: { dtype: 'F32' as const, shape: [1], data: Float32Array.of(Number.NaN) } };
  const file = join(root, 'nan.safetensors');
  const keeping: Callback<LinearBatch> = {
    stateKey: 'keeper',
    stateDict: () => ({ arrays }),
    onTrainEnd: (at) => at.saveCheckpoint(file),
  };
  const data = { train: linearSource(1) };
  await new Trainer<LinearBatch>({ engine, maxEpochs: 1, callbacks: [keeping] }).fit(module, data);
  const { arrays: kept } = await readCheckpoint(file);
  expect(kept['callbacks/keeper/a']!.data).toEqual(Float32Array.of(Number.NaN));
  const loaded: string[] = [];
  const noting = (stateKey: string): Callback => ({
    stateKey,
    stateDict: () => ({}),
    loadStateDict: () => void loaded.push(stateKey),
  });
  const callbacks = [noting('keeper'), noting('new')];
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 2, callbacks });
  await trainer.fit(module, data, { ckptPath: file });
  expect([loaded, trainer.globalStep]).toEqual([['keeper'], 2]);
});

test('loggers are those of a fit, sanity checks are not logged, and closing says how it ended', async () => {
  const lines: unknown[] = [];
  const logger: Logger = {
    ...silent,
    open: () => void lines.push('open'),
    logMetrics: (metrics) => void lines.push(Object.keys(metrics)),
    close: (outcome) => void lines.push(outcome),
  };
  const controller = new AbortController();
  const fit = async (callback: Callback<LinearBatch>): Promise<unknown> => {
    const options = { engine, maxEpochs: 1, loggers: [logger], signal: controller.signal };
    const trainer = new Trainer<LinearBatch>({ ...options, callbacks: [callback] });
    const data = { train: linearSource(1), val: linearSource(1) };
    return trainer.fit(module, data).catch((error: unknown) => error);
  };
  const known: string[][] = [];
  await fit({ onTrainStart: (at) => void known.push(Object.keys(at.callbackMetrics)) });
  expect(known).toEqual([[]]);
  const fail = (): never => {
    throw new Error('failed');
  };
  await fit({ onTrainStart: fail });
  await fit({ onTrainStart: () => controller.abort('SIGINT') });
  expect(lines).toEqual([
    'open',
    ['val/loss'],
    'finished',
    'open',
    'failed',
    'open',
    'interrupted',
  ]);
  const trainer = new Trainer<LinearBatch>({ engine, loggers: [logger] });
  await trainer.validate(module, linearSource(1));
  expect(lines).toHaveLength(7);
});

test('a fit that goes on from a checkpoint has no sanity check', async () => {
  const file = join(root, 'sane.safetensors');
  let checks = 0;
  const watch: Callback<LinearBatch> = {
    onSanityCheckStart: () => void checks++,
    onTrainEnd: (at) => at.saveCheckpoint(file),
  };
  const data = { train: linearSource(1), val: linearSource(1) };
  const fit = (maxEpochs: number, ckptPath?: string): Promise<void> => {
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs, callbacks: [watch] });
    return trainer.fit(module, data, ckptPath === undefined ? {} : { ckptPath });
  };
  await fit(1);
  expect(checks).toBe(1);
  await fit(2, file);
  expect(checks).toBe(1);
});

test('refreshing statistics logs nothing, pictures neither', async () => {
  let images = 0;
  const logger: Logger = { ...silent, logImage: () => void images++ };
  const drawing: LinearModule = {
    ...module,
    trainingStep: (batch, index, at) => {
      at.logImage('a', { png: new Uint8Array(), width: 1, height: 1 });
      return module.trainingStep(batch, index, at);
    },
  };
  const refreshing: Callback = { onTrainEpochEnd: (at) => at.refreshStatistics() };
  const options = { engine, maxEpochs: 2, loggers: [logger], callbacks: [refreshing] };
  await new Trainer<LinearBatch>(options).fit(drawing, { train: linearSource(3) });
  expect(images).toBe(6);
});

test('warnings are those of the process if nobody takes them', async () => {
  const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const warning: Callback = { onTrainStart: (at) => at.warn('told') };
  const options = { engine, maxEpochs: 1, callbacks: [warning] };
  await new Trainer<LinearBatch>(options).fit(module, { train: linearSource(1) });
  expect(emitted.mock.calls).toEqual([['told']]);
  emitted.mockRestore();
});

test('a failure of the end alone is thrown, and not told twice', async () => {
  const warnings: string[] = [];
  const onWarning = (line: string): void => void warnings.push(line);
  const failing: Callback = {
    teardown: () => {
      throw new Error('failed');
    },
  };
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 1,
    onWarning,
    callbacks: [failing],
  });
  await expect(trainer.fit(module, { train: linearSource(1) })).rejects.toThrow('failed');
  expect(warnings).toEqual([]);
});
