import { defaultAugmentation } from '@limber/dataset-loader';
import { expect, test } from 'vitest';
import { presetNames } from './presets.ts';
import { trainConfigJsonSchema, trainConfigSchema } from './train-config.ts';

test('a model name alone gives every default', () => {
  expect(trainConfigSchema.parse({ model: 'simplebaseline-resnet18' })).toEqual({
    model: 'simplebaseline-resnet18',
    inputSize: [256, 192],
    epochs: 20,
    batchSize: 32,
    init: null,
    distillation: null,
    frozen: [],
    codec: null,
    mix: null,
    loss: null,
    optimizer: { type: 'adamw', learningRate: 0.001, weightDecay: 0.01, betas: [0.9, 0.999] },
    schedule: {
      type: 'cosine',
      startFraction: 0,
      warmupSteps: 0,
      warmupFactor: 0.001,
      endFactor: 0,
    },
    augmentation: defaultAugmentation,
    seed: 0,
    engine: 'auto',
    ema: null,
    swa: null,
    earlyStopping: null,
    checkpoint: { everyNTrainSteps: 100 },
    lateAugmentation: null,
    layerDecay: null,
    onBadSample: 'throw',
    skipLimit: null,
    workerTimeoutSeconds: 60,
    keep: 'best',
    flipTest: false,
    workers: 2,
    trainer: {
      minEpochs: 0,
      maxSteps: -1,
      minSteps: 0,
      maxTime: null,
      limitTrainBatches: null,
      limitValBatches: null,
      overfitBatches: 0,
      valCheckInterval: { fraction: 1 },
      checkValEveryNEpoch: 1,
      numSanityValSteps: 2,
      accumulateGradBatches: 1,
      gradientClipVal: null,
      gradientClipAlgorithm: 'norm',
      logEveryNSteps: 10,
      precision: 'auto',
      processes: null,
      rankTimeoutSeconds: 20,
      strategy: 'auto',
      syncBatchnorm: false,
      trustedNetwork: false,
      detectAnomaly: false,
      detectLeaks: false,
      deterministic: false,
      fastDevRun: false,
    },
    logging: { csv: false, tensorboard: null, mlflow: null },
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
  [
    { learningRate: 1 },
    [],
    'unknown key "learningRate". Expected one of: preset, model, inputSize, ',
  ],
  [{ model: 'limbertiny' }, ['model'], 'no such model: "limbertiny". Did you mean "limber-tiny"?'],
  [{ bachSize: 8 }, [], 'unknown key "bachSize". Did you mean "batchSize"?'],
  [
    { optimizer: { lerningRate: 1 } },
    ['optimizer'],
    'unknown key "lerningRate". Did you mean "learningRate"?',
  ],
  [
    { optimizer: { type: 'lion' } },
    ['optimizer', 'type'],
    'no such type: "lion". Expected one of: adamw, adam, sgd.',
  ],
  [{ epochs: 0 }, ['epochs'], 'Too small: expected number to be >=1'],
])('%j is refused with its place', (wrong, path, message) => {
  const result = trainConfigSchema.safeParse({ model: 'limber-tiny', ...wrong });
  expect(result.error?.issues[0]?.path).toEqual(path);
  expect(result.error?.issues[0]?.message).toContain(message);
});

test.each(presetNames)('the preset %s is a whole configuration', (preset) => {
  expect(trainConfigSchema.parse({ preset })).toMatchObject({ model: preset });
});

test("the preset of a SimpleBaseline is MMPose's recipe", () => {
  expect(trainConfigSchema.parse({ preset: 'simplebaseline-resnet50' })).toMatchObject({
    inputSize: [256, 192],
    epochs: 210,
    batchSize: 64,
    trainer: { accumulateGradBatches: 8, checkValEveryNEpoch: 10, logEveryNSteps: 50 },
    optimizer: { type: 'adam', learningRate: 5e-4, weightDecay: 0, betas: [0.9, 0.999] },
    schedule: {
      type: 'multistep',
      milestoneEpochs: [170, 200],
      factor: 0.1,
      warmupSteps: 500,
      warmupFactor: 0.001,
    },
    augmentation: defaultAugmentation,
    flipTest: true,
  });
});

test("the preset of an RTMPose is MMPose's recipe", () => {
  const preset = trainConfigSchema.parse({ preset: 'rtmpose-s' });
  const images = {
    hsv: expect.anything(),
    blur: { probability: 0.1 },
    medianBlur: { probability: 0.1 },
  };
  expect(preset).toMatchObject({
    inputSize: [256, 192],
    epochs: 420,
    batchSize: 256,
    trainer: { accumulateGradBatches: 8 },
    optimizer: { type: 'adamw', learningRate: 0.004, weightDecay: 0 },
    schedule: {
      type: 'cosine',
      startFraction: 0.5,
      endFactor: 0.05,
      warmupSteps: 1000,
      warmupFactor: 1e-5,
    },
    augmentation: {
      scale: [0.6, 1.4],
      shift: { probability: 0.3 },
      rotation: { probability: 0.6, degrees: 80 },
      coarseDropout: { probability: 1, holes: [1, 1], size: [0.2, 0.4] },
      ...images,
    },
    lateAugmentation: {
      lastEpochs: 30,
      augmentation: {
        scale: [0.75, 1.25],
        shift: { probability: 0 },
        rotation: { probability: 0.6, degrees: 60 },
        coarseDropout: { probability: 0.5 },
        ...images,
      },
    },
    flipTest: true,
  });
  expect(preset.ema?.decay).toBeCloseTo(0.9998, 12);
  expect(trainConfigSchema.parse({ preset: 'rtmpose-t' }).ema).toBeNull();
  expect(trainConfigSchema.parse({ preset: 'rtmpose-m' }).optimizer).toMatchObject({
    weightDecay: 0.05,
  });
});

test("the preset of a ViTPose is MMPose's recipe", () => {
  expect(trainConfigSchema.parse({ preset: 'vitpose-s' })).toMatchObject({
    epochs: 210,
    batchSize: 64,
    trainer: { accumulateGradBatches: 8, gradientClipVal: 1, gradientClipAlgorithm: 'norm' },
    optimizer: { type: 'adamw', learningRate: 5e-4, weightDecay: 0.1, betas: [0.9, 0.999] },
    schedule: { type: 'multistep', milestoneEpochs: [170, 200], warmupSteps: 500 },
    layerDecay: 0.8,
  });
});

test('what is given overrides a preset, field by field; another type replaces a choice as a whole', () => {
  const config = trainConfigSchema.parse({
    preset: 'simplebaseline-resnet50',
    epochs: 3,
    optimizer: { learningRate: 0.1 },
    schedule: { type: 'cosine' },
    augmentation: { halfBody: null },
  });
  expect(config.epochs).toBe(3);
  expect(config.optimizer).toMatchObject({ type: 'adam', learningRate: 0.1 });
  expect(config.schedule).toEqual({
    type: 'cosine',
    endFactor: 0,
    startFraction: 0,
    warmupSteps: 0,
    warmupFactor: 0.001,
  });
  expect(config.augmentation).toEqual({ ...defaultAugmentation, halfBody: null });
});

test('a preset that does not exist is named with its neighbour', () => {
  const result = trainConfigSchema.safeParse({ preset: 'simplebaseline-resnet5' });
  expect(result.error?.issues[0]).toMatchObject({
    path: ['preset'],
    message: 'no such preset: "simplebaseline-resnet5". Did you mean "simplebaseline-resnet50"?',
  });
});

/** Every property below a JSON Schema that has no description. */
function undescribed(schema: unknown, path: string): string[] {
  const {
    properties = {},
    oneOf = [],
    anyOf = [],
  } = schema as {
    readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
    readonly oneOf?: readonly unknown[];
    readonly anyOf?: readonly unknown[];
  };
  const own = Object.entries(properties).flatMap(([key, part]) => [
    ...(part.description === undefined ? [`${path}${key}`] : []),
    ...undescribed(part, `${path}${key}.`),
  ]);
  return [...own, ...[...oneOf, ...anyOf].flatMap((part) => undescribed(part, path))];
}

test('the JSON Schema describes every field, but for those of other packages', () => {
  const schema = trainConfigJsonSchema();
  expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
  const missing = undescribed(schema, '').filter((field) => !/(^|\.)augmentation\./.test(field));
  expect(missing).toEqual([]);
});
