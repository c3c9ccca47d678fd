import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { PipelineResult } from '../pipeline-result.ts';
import { readArtifact } from '../store/artifact.ts';
import { objectPath } from '../store/objects.ts';
import { stateFolder } from '../store/state-folder.ts';
import { because, createTestWorkspace, named } from './test-workspace.suite.ts';

const chain = `name: chain
params: { word: w }
stages:
  first: { uses: join, inputs: { source: data/source.txt }, with: { word: '\${{ params.word }}' }, outputs: [text] }
  second: { uses: join, inputs: { first: '\${{ stages.first.text }}' }, outputs: [text] }
`;

const otherCode = 'export const label = (word) => word.trim();\n';

const errors = ({ stages }: PipelineResult): (string | undefined)[] =>
  stages.map(({ error }) => error);

it('outputs are accepted after a change of code, and nothing runs', async () => {
  const { run, write, read } = createTestWorkspace(chain);
  await run();
  write('stages/label.mjs', otherCode);
  expect(named(await run({ dryRun: true }), 'run')).toEqual(['first', 'second']);
  const accepted = await run({ accept: 'code' });
  expect(accepted.stages.map((stage) => [stage.outcome, stage.because])).toEqual([
    ['cached', ['code: stages/label.mjs changed']],
    ['cached', ['code: stages/label.mjs changed']],
  ]);
  const later = await run();
  expect(later.stages.map((stage) => [stage.outcome, stage.because])).toEqual([
    ['cached', []],
    ['cached', []],
  ]);
  expect(read('runs/chain/latest/second/text')).toBe('(w(s))');
});

it('one stage is accepted alone', async () => {
  const { run, write } = createTestWorkspace(chain);
  await run();
  write('stages/label.mjs', otherCode);
  expect(named(await run({ accept: 'code', only: ['second'] }), 'cached')).toEqual(['second']);
  expect(because(await run({ dryRun: true }), 'first')).toEqual(['code: stages/label.mjs changed']);
  expect(named(await run(), 'ran')).toEqual(['first']);
});

it('outputs are refused where something else was given, and accepted then with force', async () => {
  const { run, write } = createTestWorkspace(chain);
  expect(errors(await run({ accept: 'code' }))).toEqual([
    'Stage "first" has no intact outputs in the store. Run the pipeline.',
    undefined,
  ]);
  await run();
  write('stages/label.mjs', otherCode);
  write('data/source.txt', 'S');
  const overrides = ['word=v'];
  expect(errors(await run({ accept: 'code', overrides }))).toEqual([
    'Stage "first" was given something else (code: stages/label.mjs changed; params.word: "w" → "v"; input source: data/source.txt changed). Run the pipeline, or accept its outputs all the same with --force.',
    undefined,
  ]);
  expect(named(await run({ dryRun: true, overrides }), 'run')).toHaveLength(2);
  expect(named(await run({ accept: 'everything', overrides }), 'cached')).toHaveLength(2);
  expect(named(await run({ overrides }), 'ran')).toEqual([]);
  write('pipeline.yaml', chain.replace(/outputs: \[text\] }\n$/, 'outputs: { text: a.txt } }\n'));
  expect(errors(await run({ accept: 'everything', overrides }))[1]).toBe(
    'Stage "second" names other outputs than it wrote. Run the pipeline.',
  );
});

it('where the last outputs were given something else, earlier ones that were not are accepted', async () => {
  const { run, write, read } = createTestWorkspace(chain);
  await run();
  await run({ overrides: ['word=v'] });
  await run({ overrides: ['word=u'] });
  write('stages/label.mjs', otherCode);
  const accepted = await run({ accept: 'code' });
  expect(accepted.stages.map((stage) => [stage.outcome, stage.because])).toEqual([
    ['cached', ['code: stages/label.mjs changed']],
    ['cached', ['code: stages/label.mjs changed']],
  ]);
  expect(named(await run(), 'cached')).toEqual(['first', 'second']);
  expect(read('runs/chain/latest/second/text')).toBe('(w(s))');
  expect(errors(await run({ accept: 'code', overrides: ['word=t'] }))[0]).toBe(
    'Stage "first" was given something else (params.word: "w" → "t"). Run the pipeline, or accept its outputs all the same with --force.',
  );
});

it('with force the last outputs are accepted, and no earlier ones in their place', async () => {
  const { run, root } = createTestWorkspace(chain);
  await run();
  const { stages } = await run({ overrides: ['word=v'] });
  const state = stateFolder(root);
  rmSync(objectPath(state, readArtifact(state, stages[0]!.fingerprint!)!.outputs['text']!.digest));
  expect(errors(await run({ accept: 'everything', overrides: ['word=t'] }))[0]).toBe(
    'Stage "first" has no intact outputs in the store. Run the pipeline.',
  );
});

it('damaged outputs are refused', async () => {
  const { run, write, root } = createTestWorkspace(chain);
  const { stages } = await run();
  const state = stateFolder(root);
  const { digest } = readArtifact(state, stages[0]!.fingerprint!)!.outputs['text']!;
  rmSync(objectPath(state, digest));
  write(join('.limber/store/objects', digest.slice(0, 2), digest.slice(2)), 'other');
  write('stages/label.mjs', otherCode);
  expect(errors(await run({ accept: 'everything' }))[0]).toBe(
    'Stage "first" has no intact outputs in the store. Run the pipeline.',
  );
});

it('a frozen stage keeps its outputs, and names what has changed', async () => {
  const { run, write, root } = createTestWorkspace(
    chain.replace('first: { ', 'first: { frozen: true, '),
  );
  expect(named(await run(), 'ran')).toEqual(['first', 'second']);
  expect(named(await run(), 'cached')).toEqual(['first', 'second']);
  write('data/source.txt', 'S');
  for (const dryRun of [true, false]) {
    const later = await run({ dryRun });
    expect(because(later, 'first')).toEqual([
      expect.stringMatching(/^frozen: its outputs of \S+ are used$/),
      'input source: data/source.txt changed',
    ]);
    expect(named(later, 'skipped')).toEqual(['first']);
    expect(named(later, 'cached')).toEqual(['second']);
    expect(later.outcome).toBe('done');
  }
  expect(named(await run({ force: ['first'] }), 'ran')).toEqual(['first', 'second']);
  write('data/source.txt', 'T');
  rmSync(join(root, '.limber/store'), { recursive: true, force: true });
  expect(named(await run(), 'ran')).toEqual(['first', 'second']);
});
