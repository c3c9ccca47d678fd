import { readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runUntil } from '../execution/paused-run.suite.ts';
import {
  createTestWorkspace,
  diamondPipeline,
  named,
  trainingPipeline,
} from '../execution/test-workspace.suite.ts';
import type { PipelineEvent } from '../events.ts';
import { artifactPath } from '../store/artifact.ts';
import { stateFolder } from '../store/state-folder.ts';
import { collectGarbage } from './collect-garbage.ts';

it('removes what was not used for long, and what does not fit, the least used first', async () => {
  const workspace = createTestWorkspace(diamondPipeline);
  const { root } = workspace;
  const { stages } = await workspace.run();
  const state = stateFolder(root);
  const dayMs = 86_400_000;
  for (const [age, { fingerprint }] of stages.entries()) {
    const used = new Date(Date.now() - age * 10 * dayMs);
    utimesSync(artifactPath(state, fingerprint!), used, used);
  }
  expect(await collectGarbage({ workspace: root, olderThanMs: 25 * dayMs })).toMatchObject({
    artifacts: 1,
    objects: 1,
  });
  const [top, left] = ['t(s)', 'l(t(s))'].map((text) => text.length);
  expect(await collectGarbage({ workspace: root, maxBytes: top! + left! })).toMatchObject({
    artifacts: 1,
    objects: 1,
  });
  expect(named(await workspace.run(), 'ran')).toEqual(['right', 'bottom']);
});

it('can run beside a pipeline, whose results it keeps', async () => {
  const workspace = createTestWorkspace(diamondPipeline);
  await workspace.run();
  rmSync(join(workspace.root, 'runs'), { recursive: true });
  rmSync(join(workspace.root, '.limber/records'), { recursive: true });
  const collected: Promise<unknown>[] = [];
  const onEvent = (event: PipelineEvent): void => {
    if (event.type !== 'stage-started') return;
    collected.push(collectGarbage({ workspace: workspace.root, maxBytes: 0 }));
  };
  const result = await workspace.run({ overrides: ['left.word=m'], onEvent });
  await Promise.all(collected);
  expect(result.outcome).toBe('done');
  expect(named(result, 'ran')).toEqual(['left', 'bottom']);
  expect(workspace.read('runs/diamond/latest/bottom/final/text.txt')).toBe('(m(t(s)),l(a+b,t(s)))');
  const again = await workspace.run({ overrides: ['left.word=m'] });
  expect(named(again, 'ran')).toEqual([]);
});

it('keeps the working folders and inputs of trainings that go on, whatever the records say', async () => {
  const workspace = createTestWorkspace(trainingPipeline);
  const { root } = workspace;
  const first = await runUntil(workspace, 2, { overrides: ['train.lr=0.1'] });
  const second = await runUntil(workspace, 3, { overrides: ['train.lr=0.2'] });
  const work = readdirSync(join(root, '.limber/work'));
  expect(work).toHaveLength(2);
  expect(await collectGarbage({ workspace: root, maxBytes: 0 })).toMatchObject({ workFolders: 0 });
  expect(readdirSync(join(root, '.limber/work'))).toEqual(work);
  for (const { runner } of [first, second]) runner.kill('SIGTERM');
  const ends = await Promise.all([first.result, second.result]);
  expect(ends.map((end) => end!.outcome)).toEqual(['interrupted', 'interrupted']);
  await workspace.run({ overrides: ['train.lr=0.1'] });
  expect(workspace.read('runs/training/latest/train/model')).toBe('lr 0.1, epochs 2 to 4');
});

it('keeps the view that a stage is reading', async () => {
  const workspace = createTestWorkspace(readingPipeline);
  const { root, stages } = workspace;
  const { runner, result } = await runUntil(workspace, 0);
  rmSync(join(root, '.limber/records'), { recursive: true });
  await collectGarbage({ workspace: root, maxBytes: 0 });
  const [top] = (await workspace.run({ stages, only: ['top'], dryRun: true })).stages;
  expect(readFileSync(top!.outputs['text']!, 'utf8')).toBe('t(s)');
  runner.kill('SIGTERM');
  expect((await result)!.outcome).toBe('interrupted');
});

/** A training that reads what another stage made. */
const readingPipeline = `name: reading
stages:
  top: { uses: join, inputs: { source: data/source.txt }, with: { word: t }, outputs: [text] }
  train:
    uses: count
    inputs: { text: '\${{ stages.top.text }}' }
    with: { epochs: 4, lr: 0.1 }
    outputs: [model]
`;
