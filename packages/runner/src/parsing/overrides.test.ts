import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { StageDefinition } from '../stage-definition.ts';
import { loadPipeline } from './load-pipeline.ts';
import type { ResolvedStage } from './resolved-pipeline.ts';

const flags = z.strictObject({ precision: z.enum(['32', 'auto']).default('auto') });
const configuration = z.strictObject({
  preset: z.string().optional(),
  epochs: z.int().default(20),
  title: z.string().default(''),
  stop: z.strictObject({ patience: z.int() }).nullable().default(null),
  limit: z.union([z.int(), z.strictObject({ fraction: z.number() }), z.literal('2.0')]).default(1),
  shuffle: z.boolean().default(true),
  size: z.tuple([z.int(), z.int()]).default([4, 4]),
  trainer: flags.prefault({}),
});

const definitions: readonly StageDefinition[] = [
  {
    name: 'train',
    module: 'file:///train.js',
    params: z.preprocess((given) => {
      const { preset, ...own } = given as Record<string, unknown>;
      return preset === undefined ? own : { epochs: 99, ...own };
    }, configuration),
  },
  {
    name: 'evaluate',
    module: 'file:///evaluate.js',
    params: z.strictObject({ flip: z.boolean().default(true), seed: z.int().default(0) }),
  },
];

const pipeline = `name: tiny
params:
  data: data
  seed: 1
  tag: x
  train: { epochs: 3 }
stages:
  train: { uses: train, with: '\${{ params.train }}', outputs: [model] }
  evaluate: { uses: evaluate, with: { seed: '\${{ params.seed }}' } }
  copy: { run: 'cp', inputs: { data: '\${{ params.data }}' }, with: { label: 'v-\${{ params.tag }}' } }
`;

async function load(
  overrides: readonly string[],
  text = pipeline,
): Promise<Readonly<Record<string, ResolvedStage>>> {
  const workspace = mkdtempSync(join(tmpdir(), 'limber-runner-'));
  onTestFinished(() => rmSync(workspace, { recursive: true, force: true }));
  for (const name of ['data', '007']) mkdirSync(join(workspace, name));
  writeFileSync(join(workspace, 'tiny.yaml'), text);
  const loaded = loadPipeline({ file: 'tiny.yaml', stages: definitions, overrides, workspace });
  return Object.fromEntries((await loaded).stages.map((stage) => [stage.name, stage]));
}

/** What the stage `train` is given. */
async function trained(...overrides: string[]): Promise<unknown> {
  return (await load(overrides))['train']!.params;
}

it.each([
  ['train.trainer.precision=32', { trainer: { precision: '32' } }],
  ['train.title=1.0', { title: '1.0' }],
  ['train.title=null', { title: 'null' }],
  ['train.title=[draft] a: b # c', { title: '[draft] a: b # c' }],
  ['train.title="a # b"', { title: 'a # b' }],
  ["train.title='it''s'", { title: "it's" }],
  ['train.title= two\n  lines', { title: ' two\n  lines' }],
  ['train.epochs=7', { epochs: 7 }],
  ['train.stop=null', { stop: null }],
  ['train.stop.patience=2', { stop: { patience: 2 } }],
  ['train.stop={"patience": 5}', { stop: { patience: 5 } }],
  ['train.shuffle=false', { shuffle: false }],
  ['train.size=[128, 96]', { size: [128, 96] }],
  ['train.limit=2', { limit: 2 }],
  ['train.limit=2.0', { limit: 2 }],
  ['train.limit={fraction: 0.5}', { limit: { fraction: 0.5 } }],
  ['train.preset=big', { epochs: 3 }],
])('%j is read by the schema that waits for it', async (option, expected) => {
  expect(await trained(option)).toMatchObject(expected);
});

it('a parameter that a schema knows can be set before it is there, also in a preset', async () => {
  const text = pipeline.replace('{ epochs: 3 }', '{ preset: big }');
  expect((await load([], text))['train']!.params).toMatchObject({ epochs: 99 });
  const { params } = (await load(['train.epochs=5'], text))['train']!;
  expect(params).toMatchObject({ epochs: 5 });
});

it('behind the name of a stage, each of its parameters can be set', async () => {
  const { evaluate, copy } = await load(['evaluate.flip=false', 'evaluate.seed=8', 'copy.label=q']);
  expect(evaluate!.params).toEqual({ flip: false, seed: 8 });
  expect(copy!.params).toEqual({ label: 'q' });
});

it('inside a text and as a path, a value is what was typed', async () => {
  const { copy } = await load(['tag=007', 'data=007']);
  expect(copy!.params).toEqual({ label: 'v-007' });
  expect(copy!.inputs).toMatchObject([{ labels: ['007'] }]);
});

it('the last of several options for one parameter counts', async () => {
  expect(await trained('train.epochs=5', 'train={title: "3"}')).toMatchObject({
    epochs: 20,
    title: '3',
  });
});

it.each([
  ['train.precision=32', 'Did you mean "train.trainer.precision"?'],
  ['epochs=3', 'Did you mean "train.epochs"?'],
  ['trainer.epochs=3', 'Did you mean "train.epochs"?'],
  ['train.epoch=3', 'Did you mean "train.epochs"?'],
  ['evaluate.flop=true', 'Did you mean "evaluate.flip"?'],
  [
    'train.constructor.x=1',
    'Expected one of: data, seed, tag, train.epochs, train.preset, train.title, train.stop.patience, train.limit.fraction, train.shuffle, train.size, train.trainer.precision, evaluate.flip, and 2 more.',
  ],
])('%s is answered with the nearest name', async (option, answer) => {
  const [key] = option.split('=');
  await expect(load([option])).rejects.toThrow(
    `Unknown parameter "${key}". ${answer} (--set ${option})`,
  );
});

it('what no schema takes is refused with the option', async () => {
  await expect(load(['train.trainer.precision=16'])).rejects.toThrow(
    'Stage "train": params.train.trainer.precision: expected "32" or "auto", got 16. (--set train.trainer.precision=16)',
  );
  await expect(load(['evaluate.flip=maybe'])).rejects.toThrow(
    'Stage "evaluate": with.flip: expected boolean, got "maybe". (--set evaluate.flip=maybe)',
  );
});

it('a group of parameters is overridden key by key with <<', async () => {
  const text = pipeline
    .replace('{ epochs: 3 }', '{ epochs: 3, title: a, stop: { patience: 4 } }')
    .replace(
      "with: '${{ params.train }}'",
      "with: { <<: '${{ params.train }}', epochs: 9, trainer: { precision: auto } }",
    );
  const { train } = await load(['train.title=b'], text);
  expect(train!.params).toMatchObject({ epochs: 9, title: 'b', stop: { patience: 4 } });
  expect(train!.labelOf(['title'])).toBe('params.train.title');
  expect(train!.labelOf(['epochs'])).toBe('with.epochs');
  await expect(load([], text.replace('epochs: 9', 'epoks: 9'))).rejects.toThrow(
    'Stage "train": unknown key "with.epoks". Did you mean "epochs"? (tiny.yaml:8:60)',
  );
  await expect(
    load([], text.replace("<<: '${{ params.train }}'", "<<: '${{ params.seed }}'")),
  ).rejects.toThrow('Stage "train": expected "<<" to refer to a map, got 1. (tiny.yaml:8:37)');
});

it('maps within << are laid over each other too, and params may use it among themselves', async () => {
  const text = pipeline
    .replace('{ epochs: 3 }', "{ <<: '${{ params.base }}', title: b }")
    .replace('  seed: 1', '  seed: 1\n  base: { epochs: 4, trainer: { precision: "32" } }')
    .replace(
      "with: { seed: '${{ params.seed }}' }",
      "with: { seed: '${{ params.train.epochs }}' }",
    );
  const { train, evaluate } = await load(['train.shuffle=false'], text);
  expect(train!.params).toMatchObject({ epochs: 4, title: 'b', shuffle: false });
  expect(train!.params).toMatchObject({ trainer: { precision: '32' } });
  expect(evaluate!.params).toMatchObject({ seed: 4 });
});
