import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createModelCheckpoint } from './callbacks/model-checkpoint.ts';
import type { LinearBatch, LinearModule } from './fixtures/linear-module.suite.ts';
import { createLinearModule, linearSource } from './fixtures/linear-module.suite.ts';
import { loadTestEngine } from './fixtures/load-test-engine.suite.ts';
import type { Callback } from './hooks/callback.ts';
import type { TestModule, TrainingModule } from './hooks/training-module.ts';
import { Trainer } from './trainer.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-hooks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hookNames = `
  setup teardown onFitStart onFitEnd onSanityCheckStart onSanityCheckEnd onTrainStart onTrainEnd
  onTrainEpochStart onTrainEpochEnd onTrainBatchStart onTrainBatchEnd onBeforeZeroGrad onBeforeBackward
  onAfterBackward onBeforeOptimizerStep onValidationStart onValidationEnd onValidationEpochStart
  onValidationEpochEnd onValidationBatchStart onValidationBatchEnd onSaveCheckpoint onLoadCheckpoint onException
  onTestStart onTestEnd onTestEpochStart onTestEpochEnd onTestBatchStart onTestBatchEnd
  onPredictStart onPredictEnd onPredictEpochStart onPredictEpochEnd onPredictBatchStart onPredictBatchEnd
`
  .trim()
  .split(/\s+/);

/** Both record their hooks as Lightning's own test does: `C.` marks the callback's. */
function record(inner: LinearModule): {
  seen: string[];
  callback: Callback<LinearBatch>;
  module: TrainingModule<LinearBatch> & TestModule<LinearBatch> & LinearModule;
} {
  const seen: string[] = [];
  const hooks = (prefix: string): Record<string, () => void> =>
    Object.fromEntries(hookNames.map((name) => [name, () => void seen.push(prefix + name)]));
  const note =
    <Arguments extends unknown[], Result>(
      name: string,
      call: (...rest: Arguments) => Result,
    ): ((...rest: Arguments) => Result) =>
    (...rest) => {
      seen.push(name);
      return call(...rest);
    };
  return {
    seen,
    callback: {
      ...hooks('C.'),
      stateKey: 'recorder',
      stateDict: note('C.stateDict', () => ({ values: null })),
    },
    module: {
      ...inner,
      ...hooks(''),
      weights: inner.weights,
      configureModel: note('configureModel', () => {}),
      onValidationModelEval: note('onValidationModelEval', () => {}),
      onValidationModelTrain: note('onValidationModelTrain', () => {}),
      onTestModelEval: note('onTestModelEval', () => {}),
      onTestModelTrain: note('onTestModelTrain', () => {}),
      onPredictModelEval: note('onPredictModelEval', () => {}),
      onPredictModelTrain: note('onPredictModelTrain', () => {}),
      optimizerStep: note('optimizerStep', (step) => step()),
      testStep: note('testStep', () => {}),
      predictStep: note('predictStep', (...step) => inner.predictStep(...step)),
      configureCallbacks: note('configureCallbacks', () => []),
      prepareData: note('prepareData', () => {}),
      configureOptimizers: note('configureOptimizers', (trainer) =>
        inner.configureOptimizers(trainer),
      ),
      configureGradientClipping: note('configureGradientClipping', (gradients) => gradients),
      trainingStep: note('trainingStep', (...step) => inner.trainingStep(...step)),
      validationStep: note('validationStep', (...step) => inner.validationStep(...step)),
    },
  };
}

const both = (...names: string[]): string[] => names.flatMap((name) => [`C.${name}`, name]);
const repeat = (times: number, names: readonly string[]): string[] =>
  Array.from({ length: times }, () => names).flat();

const trainBatch = [
  ...both('onTrainBatchStart'),
  'trainingStep',
  ...both('onBeforeZeroGrad', 'onBeforeBackward', 'onAfterBackward', 'onBeforeOptimizerStep'),
  'configureGradientClipping',
  'optimizerStep',
  ...both('onTrainBatchEnd'),
];

const validation = (batches: number): string[] => [
  'onValidationModelEval',
  ...both('onValidationStart', 'onValidationEpochStart'),
  ...repeat(batches, [
    ...both('onValidationBatchStart'),
    'validationStep',
    ...both('onValidationBatchEnd'),
  ]),
  ...both('onValidationEpochEnd', 'onValidationEnd'),
  'onValidationModelTrain',
];

const save = ['C.stateDict', ...both('onSaveCheckpoint')];

test('a fit of 2 epochs with 2 batches runs every hook in the order that Lightning pins', async () => {
  const engine = await loadTestEngine();
  const inner = createLinearModule(engine);
  const { seen, callback, module } = record(inner);
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 2,
    limitTrainBatches: 2,
    limitValBatches: 1,
    numSanityValSteps: 2,
    // the ModelCheckpoint runs last wherever it stands
    callbacks: [createModelCheckpoint({ dirpath: folder }), callback],
  });

  await trainer.fit(module, { train: linearSource(3), val: linearSource(2) });

  const epoch = [
    ...both('onTrainEpochStart'),
    ...repeat(2, trainBatch),
    ...validation(1),
    ...both('onTrainEpochEnd'),
    ...save,
  ];
  expect(seen).toEqual([
    'configureCallbacks',
    'prepareData',
    ...both('setup'),
    'configureModel',
    'configureOptimizers',
    ...both('onFitStart', 'onSanityCheckStart'),
    ...validation(1),
    ...both('onSanityCheckEnd', 'onTrainStart'),
    ...epoch,
    ...epoch,
    ...both('onTrainEnd', 'onFitEnd', 'teardown'),
  ]);
  inner.dispose();
});

test('a resumed fit loads before it starts, and neither checks its sanity nor begins the epoch again', async () => {
  const engine = await loadTestEngine();
  const inner = createLinearModule(engine);
  const { seen, callback, module } = record(inner);
  const dirpath = join(folder, 'resumed');
  const checkpoint = createModelCheckpoint({ dirpath, everyNTrainSteps: 1, saveTopK: -1 });
  const data = { train: linearSource(2), val: linearSource(1) };
  await new Trainer<LinearBatch>({ engine, maxEpochs: 1, callbacks: [checkpoint] }).fit(
    inner,
    data,
  );

  const resumeFrom = join(dirpath, 'epoch=0-step=1.safetensors');
  await new Trainer<LinearBatch>({ engine, maxEpochs: 1, callbacks: [callback] }).fit(
    module,
    data,
    {
      ckptPath: resumeFrom,
    },
  );

  expect(seen).toEqual([
    'configureCallbacks',
    'prepareData',
    ...both('setup'),
    'configureModel',
    'configureOptimizers',
    ...both('onLoadCheckpoint', 'onFitStart', 'onTrainStart'),
    ...trainBatch,
    ...validation(1),
    ...both('onTrainEpochEnd', 'onTrainEnd', 'onFitEnd', 'teardown'),
  ]);
  inner.dispose();
});

test.each(['validate', 'test', 'predict'] as const)(
  '%s runs its hooks around each batch',
  async (stage) => {
    const engine = await loadTestEngine();
    const inner = createLinearModule(engine);
    const { seen, callback, module } = record(inner);
    const trainer = new Trainer<LinearBatch>({ engine, callbacks: [callback] });
    await trainer[stage](module, linearSource(2));
    const names = { validate: 'Validation', test: 'Test', predict: 'Predict' };
    const steps = { validate: 'validationStep', test: 'testStep', predict: 'predictStep' };
    const name = names[stage];
    expect(seen).toEqual([
      ...both('setup'),
      `on${name}ModelEval`,
      ...both(`on${name}Start`, `on${name}EpochStart`),
      ...repeat(2, [...both(`on${name}BatchStart`), steps[stage], ...both(`on${name}BatchEnd`)]),
      ...both(`on${name}EpochEnd`, `on${name}End`),
      `on${name}ModelTrain`,
      ...both('teardown'),
    ]);
    inner.dispose();
  },
);
