import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readPipelineStatus } from '../commands/pipeline-status.ts';
import type { TestWorkspace } from './test-workspace.suite.ts';
import { runUntil } from './paused-run.suite.ts';
import { because, createTestWorkspace, named, trainingPipeline } from './test-workspace.suite.ts';

const modelOf = (workspace: TestWorkspace): string =>
  workspace.read('runs/training/latest/train/model');

it('SIGTERM lets a stage save; the next run goes on from there', async () => {
  const workspace = createTestWorkspace(trainingPipeline);
  const { runner, result } = await runUntil(workspace, 2);
  runner.kill('SIGTERM');
  const interrupted = (await result)!;
  expect(interrupted).toMatchObject({ outcome: 'interrupted', signal: 'SIGTERM' });
  expect(interrupted.stages.map(({ outcome }) => outcome)).toEqual(['interrupted', 'skipped']);
  const [work] = readdirSync(join(workspace.root, '.limber/work'));
  expect(readdirSync(join(workspace.root, '.limber/work', work!, 'files')).sort()).toEqual([
    'epoch',
    'saved',
  ]);
  expect(readdirSync(join(workspace.root, '.limber/staging'))).toEqual([]);
  expect(because(await workspace.run({ dryRun: true }), 'train')).toEqual([
    'interrupted last time',
  ]);
  expect(named(await workspace.run(), 'ran')).toEqual(['train', 'after']);
  expect(modelOf(workspace)).toBe('lr 0.1, epochs 2 to 4');
});

it('after kill -9 of everything the next run goes on, and no lock is in its way', async () => {
  const workspace = createTestWorkspace(trainingPipeline);
  const { runner, stage, stagePid, result } = await runUntil(workspace, 3);
  const gone = once(stage, 'close');
  process.kill(-stagePid, 'SIGKILL');
  runner.kill('SIGKILL');
  await Promise.all([gone, result]);
  expect(existsSync(join(workspace.root, '.limber/store/artifacts'))).toBe(false);
  const { file, stages, root } = { file: 'pipeline.yaml', ...workspace };
  const status = await readPipelineStatus({ file, stages, workspace: root });
  expect(status.latestRun!.outcome).toBe('killed');
  expect(status.stages.map(({ because }) => because)).toEqual([
    ['interrupted last time'],
    ['never ran', 'input model: needs "train", which will run'],
  ]);
  expect(named(await workspace.run(), 'ran')).toEqual(['train', 'after']);
  expect(modelOf(workspace)).toBe('lr 0.1, epochs 3 to 4');
  expect(readdirSync(join(workspace.root, '.limber/staging'))).toEqual([]);
});

it('a stage ends when its runner was killed', async () => {
  const workspace = createTestWorkspace(trainingPipeline);
  const { runner, stage } = await runUntil(workspace, 1);
  const gone = once(stage, 'close');
  runner.kill('SIGKILL');
  await gone;
  expect(named(await workspace.run(), 'ran')).toEqual(['train', 'after']);
  expect(modelOf(workspace)).toBe('lr 0.1, epochs 1 to 4');
});

it('a second run waits for the first and takes its outputs', async () => {
  const workspace = createTestWorkspace(trainingPipeline);
  const { stage, result, runner } = await runUntil(workspace, 2);
  const waiting: number[] = [];
  const second = workspace.run({
    onEvent(event) {
      if (event.type !== 'stage-waiting') return;
      waiting.push(event.pid);
      runner.kill('SIGINT');
    },
  });
  expect((await result)!.outcome).toBe('interrupted');
  expect(named(await second, 'ran')).toEqual(['train', 'after']);
  expect(waiting).toEqual([runner.pid]);
  expect(stage.destroyed || stage.readableEnded).toBe(true);
  expect(modelOf(workspace)).toBe('lr 0.1, epochs 2 to 4');
});

it('two runs at once run each stage once', async () => {
  const workspace = createTestWorkspace(trainingPipeline);
  const results = await Promise.all([workspace.run(), workspace.run(), workspace.run()]);
  expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
  expect(results.flatMap((result) => named(result, 'ran')).sort()).toEqual(['after', 'train']);
});

it('more epochs go on from the same folder, another learning rate starts afresh', async () => {
  const workspace = createTestWorkspace(trainingPipeline);
  await workspace.run();
  expect(modelOf(workspace)).toBe('lr 0.1, epochs 0 to 4');
  const more = await workspace.run({ overrides: ['train.epochs=6'] });
  const [work] = readdirSync(join(workspace.root, '.limber/work'));
  expect(because(more, 'train')).toEqual([
    'params.train.epochs: 4 → 6',
    `extends the 4 epochs of working folder ${work!.slice(0, 12)}`,
  ]);
  expect(modelOf(workspace)).toBe('lr 0.1, epochs 4 to 6');
  await workspace.run({ overrides: ['train.epochs=6', 'train.lr=0.2'] });
  expect(modelOf(workspace)).toBe('lr 0.2, epochs 0 to 6');
  expect(named(await workspace.run({ overrides: ['train.epochs=6'] }), 'ran')).toEqual([]);
  expect(modelOf(workspace)).toBe('lr 0.1, epochs 4 to 6');
  await workspace.run({ overrides: ['train.epochs=6'], force: ['train'] });
  expect(modelOf(workspace)).toBe('lr 0.1, epochs 0 to 6');
});

it('a second signal ends a stage that does not stop at the first, with all its processes', async () => {
  const workspace = createTestWorkspace(`name: training
stages:
  stubborn:
    run: |
      trap '' TERM
      sleep 300 &
      node -e 'require("node:net").connect(process.env.PAUSE_SOCKET).write(String(process.pid)); process.on("SIGTERM", () => {});'
      wait
`);
  const { runner, result, stage } = await runUntil(workspace, 0);
  const gone = once(stage, 'close');
  // What follows within a second counts as the first signal still.
  const repeated = setInterval(() => runner.kill('SIGINT'), 400);
  onTestFinished(() => clearInterval(repeated));
  expect(await result).toMatchObject({ outcome: 'interrupted', signal: 'SIGINT' });
  await gone;
});

it('SIGTERM reaches all processes of a command, and they are waited for', async () => {
  const workspace = createTestWorkspace(`name: training
stages:
  shell:
    run: |
      node -e '
        const fs = require("node:fs");
        process.on("SIGTERM", () => setTimeout(() => {
          fs.writeFileSync("data/saved", "");
          process.exit();
        }, 200));
        require("node:net").connect(process.env.PAUSE_SOCKET).write(String(process.pid));
      '
      echo never
`);
  const { runner, result } = await runUntil(workspace, 0);
  runner.kill('SIGTERM');
  expect((await result)!.outcome).toBe('interrupted');
  expect(existsSync(join(workspace.root, 'data/saved'))).toBe(true);
});
