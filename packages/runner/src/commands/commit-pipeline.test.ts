import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TestWorkspace } from '../execution/test-workspace.suite.ts';
import { because, createTestWorkspace, named } from '../execution/test-workspace.suite.ts';
import { readArtifact } from '../store/artifact.ts';
import { objectPath } from '../store/objects.ts';
import { stateFolder } from '../store/state-folder.ts';
import type { CommitOptions, CommittedStage } from './commit-pipeline.ts';
import { commitPipeline } from './commit-pipeline.ts';

const chain = `name: chain
params: { word: w }
stages:
  first: { uses: join, inputs: { source: data/source.txt }, with: { word: '\${{ params.word }}' }, outputs: [text] }
  second: { uses: join, inputs: { first: '\${{ stages.first.text }}' }, outputs: [text] }
`;

const otherCode = 'export const label = (word) => word.trim();\n';

function commit(
  { root, stages }: TestWorkspace,
  options: Partial<CommitOptions> = {},
): Promise<CommittedStage[]> {
  return commitPipeline({ file: 'pipeline.yaml', stages, workspace: root, ...options });
}

it('outputs are accepted after a change of code, and nothing runs', async () => {
  const workspace = createTestWorkspace(chain);
  await workspace.run();
  expect(await commit(workspace)).toEqual([]);
  workspace.write('stages/label.mjs', otherCode);
  expect(named(await workspace.run({ dryRun: true }), 'run')).toEqual(['first', 'second']);
  const accepted = ['code: stages/label.mjs changed'];
  expect(await commit(workspace)).toEqual([
    { name: 'first', accepted },
    { name: 'second', accepted },
  ]);
  expect(named(await workspace.run(), 'cached')).toEqual(['first', 'second']);
  expect(workspace.read('runs/chain/latest/second/text')).toBe('(w(s))');
});

it('one stage is accepted alone', async () => {
  const workspace = createTestWorkspace(chain);
  await workspace.run();
  workspace.write('stages/label.mjs', otherCode);
  expect(await commit(workspace, { only: ['second'] })).toMatchObject([{ name: 'second' }]);
  const plan = await workspace.run({ dryRun: true });
  expect(because(plan, 'first')).toEqual(['code: stages/label.mjs changed']);
  expect(named(await workspace.run(), 'ran')).toEqual(['first']);
  await expect(commit(workspace, { only: ['secnd'] })).rejects.toThrow(
    'There is no stage "secnd". Did you mean "second"?',
  );
});

it('outputs are refused where something else was given, and nothing is filed then', async () => {
  const workspace = createTestWorkspace(chain);
  await expect(commit(workspace)).rejects.toThrow(
    'Stage "first" has no intact outputs in the store. Run the pipeline.\nStage "second" has no intact outputs in the store. Run the pipeline.',
  );
  await workspace.run();
  workspace.write('stages/label.mjs', otherCode);
  workspace.write('data/source.txt', 'S');
  const overrides = ['word=v'];
  await expect(commit(workspace, { overrides })).rejects.toThrow(
    /^Stage "first" was given something else \(code: stages\/label\.mjs changed; params\.word: "w" → "v"; input source: data\/source\.txt changed\)\. Run the pipeline, or accept its outputs all the same with --force\.$/,
  );
  expect(named(await workspace.run({ dryRun: true, overrides }), 'run')).toHaveLength(2);
  expect(await commit(workspace, { overrides, isForced: true })).toHaveLength(2);
  expect(named(await workspace.run({ overrides }), 'ran')).toEqual([]);
  workspace.write(
    'pipeline.yaml',
    chain.replace(/outputs: \[text\] }\n$/, 'outputs: { text: a.txt } }\n'),
  );
  await expect(commit(workspace, { overrides, isForced: true })).rejects.toThrow(
    'Stage "second" names other outputs than it wrote. Run the pipeline.',
  );
});

it('damaged outputs are refused, with force as well', async () => {
  const workspace = createTestWorkspace(chain);
  const { stages } = await workspace.run();
  const state = stateFolder(workspace.root);
  const { digest } = readArtifact(state, stages[0]!.fingerprint!)!.outputs['text']!;
  rmSync(objectPath(state, digest));
  writeFileSync(objectPath(state, digest), 'other');
  workspace.write('stages/label.mjs', otherCode);
  await expect(commit(workspace, { isForced: true })).rejects.toThrow(
    'Stage "first" has no intact outputs in the store. Run the pipeline.\nStage "second" reads outputs that do not exist. Run the pipeline.',
  );
});

it('a frozen stage keeps its outputs, and names what has changed', async () => {
  const frozen = chain.replace('first: { ', 'first: { frozen: true, ');
  const workspace = createTestWorkspace(frozen);
  const { root } = workspace;
  const first = await workspace.run();
  expect(named(first, 'ran')).toEqual(['first', 'second']);
  expect(named(await workspace.run(), 'cached')).toEqual(['first', 'second']);
  workspace.write('data/source.txt', 'S');
  for (const dryRun of [true, false]) {
    const later = await workspace.run({ dryRun });
    expect(because(later, 'first')).toEqual([
      expect.stringMatching(/^frozen: its outputs of \S+ are used$/),
      'input source: data/source.txt changed',
    ]);
    expect(named(later, 'skipped')).toEqual(['first']);
    expect(named(later, 'cached')).toEqual(['second']);
    expect(later.outcome).toBe('done');
  }
  expect(named(await workspace.run({ force: ['first'] }), 'ran')).toEqual(['first', 'second']);
  workspace.write('data/source.txt', 'T');
  rmSync(join(root, '.limber/store'), { recursive: true, force: true });
  expect(named(await workspace.run(), 'ran')).toEqual(['first', 'second']);
});
