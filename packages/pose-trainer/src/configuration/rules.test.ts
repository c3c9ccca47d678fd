import { modelNames } from '@limber/model-zoo/models';
import { expect, test } from 'vitest';
import { trainConfigJsonSchema, trainConfigSchema } from './train-config.ts';

test.each([
  [
    { inputSize: [128, 90] },
    'inputSize',
    'expected [height, width] in multiples of 32, such as [128, 96]',
  ],
  [
    { loss: 'cross-entropy' },
    'loss',
    'expected squared-error for limber-tiny: cross-entropy needs heatmaps between 0 and 1, which movenet-lightning and movenet-thunder have',
  ],
  [
    { codec: { type: 'simcc' }, loss: 'squared-error' },
    'loss',
    'expected kl-divergence for the codec simcc',
  ],
  [
    { loss: 'rle' },
    'loss',
    'expected squared-error or ohkm or cross-entropy for the codec msra-heatmap',
  ],
  [
    { model: 'rtmpose-t', codec: { type: 'udp-heatmap' } },
    'codec.type',
    'expected simcc for rtmpose-t: that is what its head is made for',
  ],
  [{ codec: { type: 'simc' } }, 'codec.type', 'no such type: "simc". Did you mean "simcc"?'],
  [
    { init: 'movenet-lightnin' },
    'init',
    'no such weights: "movenet-lightnin". Did you mean "movenet-lightning"? A folder is written with a slash: ./movenet-lightnin.',
  ],
  [
    { init: 'movenet-thunder' },
    'init',
    'movenet-thunder are the weights of the model of that name, not of limber-tiny. Change model or init.',
  ],
  [
    { frozen: ['stem', 'sten.0'] },
    'frozen.1',
    'limber-tiny has no layer "sten.0". Did you mean "stem.0"?',
  ],
  [
    { distillation: { teacher: 'movenet-thundr' } },
    'distillation.teacher',
    'no such teacher: "movenet-thundr". Did you mean "movenet-thunder"? A folder is written with a slash: ./movenet-thundr.',
  ],
  [
    { distillation: { temperature: 2 } },
    'distillation.temperature',
    'expected 1 for the loss squared-error: there is no softmax for a temperature',
  ],
  [
    { codec: { type: 'regression' }, distillation: {} },
    'distillation',
    'expected null for the codec regression: it has no maps that a teacher could show',
  ],
  [
    { trainer: { maxTime: '10m' } },
    'trainer.maxTime',
    "expected a time as 'DD:HH:MM:SS', such as '00:12:00:00'",
  ],
])('%j is refused before anything runs', (wrong, path, message) => {
  const result = trainConfigSchema.safeParse({ model: 'limber-tiny', ...wrong });
  const issues = result.error?.issues ?? [];
  expect(issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([[path, message]]);
});

test('all that does not go together is said at once', () => {
  const wrong = { inputSize: [100, 100], loss: 'cross-entropy', frozen: ['nix'] };
  const { error } = trainConfigSchema.safeParse({ model: 'limber-tiny', ...wrong });
  expect(error?.issues.map(({ path }) => path[0])).toEqual(['inputSize', 'loss', 'frozen']);
});

test.each([
  { model: 'movenet-thunder', init: 'movenet-thunder', loss: 'cross-entropy' },
  { codec: { type: 'regression' }, loss: 'oks' },
  { model: 'rtmpose-t', codec: { type: 'simcc', splitRatio: 3 }, loss: 'kl-divergence' },
  { init: './trained' },
  { distillation: { teacher: './trained' } },
  { distillation: { teacher: 'movenet-thunder', alpha: 1 } },
  { codec: { type: 'simcc' }, distillation: { temperature: 2 } },
  { init: 'C:\\trained' },
  { init: 'weights.pth' },
  { frozen: ['stem', 'stem.0.conv'] },
  { trainer: { maxTime: '00:12:00:00' } },
])('%j is accepted', (fields) => {
  const model = fields.model ?? 'limber-tiny';
  expect(trainConfigSchema.safeParse({ ...fields, model }).error).toBeUndefined();
});

test.each(modelNames)('layers of %s are known without a tensor library', (model) => {
  const { error } = trainConfigSchema.safeParse({ model, frozen: ['nix'] });
  expect(error?.issues).toHaveLength(1);
  expect(error?.issues[0]?.message).toContain(`${model} has no layer "nix".`);
});

test('editors are told of the preset, and that it makes the model needless', () => {
  expect(trainConfigJsonSchema()).toMatchObject({
    required: [],
    properties: { preset: { enum: expect.arrayContaining(['limber-tiny']) as unknown } },
  });
});

test('an own architecture is only looked into when it is loaded', () => {
  const config = { model: './models/mine.js', frozen: ['body.*'], layerDecay: 0.8 };
  expect(trainConfigSchema.parse(config)).toMatchObject(config);
});

test('layers of a model that has none to count do not decay', () => {
  const { error } = trainConfigSchema.safeParse({ model: 'hrnet-w32', layerDecay: 0.8 });
  expect(error?.issues[0]).toMatchObject({
    path: ['layerDecay'],
    message:
      'expected null for hrnet-w32: only a transformer has layers to count, such as vitpose-s',
  });
  expect(trainConfigSchema.parse({ model: 'vitpose-s', layerDecay: 0.8 }).layerDecay).toBe(0.8);
});
