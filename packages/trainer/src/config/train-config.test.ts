import { defaultAugmentation } from '@limber/dataset-loader';
import { expect, test } from 'vitest';
import { trainConfigSchema } from './train-config.ts';

test('a model name alone gives every default', () => {
  expect(trainConfigSchema.parse({ model: 'simplebaseline-resnet18' })).toEqual({
    model: 'simplebaseline-resnet18',
    inputSize: [256, 192],
    epochs: 20,
    batchSize: 32,
    optimizer: { type: 'adamw', learningRate: 0.001, weightDecay: 0.01, betas: [0.9, 0.999] },
    schedule: { type: 'cosine', warmupSteps: 0, warmupFactor: 0.001, endFactor: 0 },
    gradientClip: null,
    augmentation: defaultAugmentation,
    precision: 'auto',
    seed: 0,
    emaDecay: null,
    keep: 'best',
    logEverySteps: 10,
    validateEveryEpochs: 1,
    checkpointEverySteps: 100,
    workers: 2,
  });
});

test('the type of optimizer and schedule may be left out where the default is meant', () => {
  const config = trainConfigSchema.parse({
    model: 'limber-tiny',
    optimizer: { learningRate: 0.004 },
    schedule: { warmupSteps: 10 },
    augmentation: null,
  });
  expect(config.optimizer).toMatchObject({ type: 'adamw', learningRate: 0.004 });
  expect(config.schedule).toMatchObject({ type: 'cosine', warmupSteps: 10 });
  expect(config.augmentation).toBe(null);
});

test.each([
  [{ learningRate: 1 }, [], 'unknown key "learningRate". Known keys: model, inputSize,'],
  [{ bachSize: 8 }, [], 'unknown key "bachSize". Did you mean "batchSize"?'],
  [
    { optimizer: { lerningRate: 1 } },
    ['optimizer'],
    'unknown key "lerningRate". Did you mean "learningRate"?',
  ],
  [{ optimizer: { type: 'lion' } }, ['optimizer', 'type'], "Expected 'adamw' | 'adam' | 'sgd'"],
  [{ epochs: 0 }, ['epochs'], 'Too small: expected number to be >=1'],
])('%j is refused with its place', (wrong, path, message) => {
  const result = trainConfigSchema.safeParse({ model: 'limber-tiny', ...wrong });
  expect(result.error?.issues[0]?.path).toEqual(path);
  expect(result.error?.issues[0]?.message).toContain(message);
});
