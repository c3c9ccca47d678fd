import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { readPipelineStatus } from '../commands/pipeline-status.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import type { TestWorkspace } from './test-workspace.suite.ts';
import { because, createTestWorkspace, named, trainingPipeline } from './test-workspace.suite.ts';

/** A runner in a process of its own, whose training stage has come to the epoch where it waits. */
interface PausedRun {
  readonly runner: ChildProcess;
  /** Closed when the stage's process is gone. */
  readonly stage: Socket;
  readonly stagePid: number;
  readonly result: Promise<PipelineResult | undefined>;
}

/** Runs the built runner, as a process that can be killed, until the stage is in epoch `epoch`. */
async function runUntil(workspace: TestWorkspace, epoch: number): Promise<PausedRun> {
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  workspace.write(
    'runner.mjs',
    `import { runPipeline } from ${JSON.stringify(dist)};
    const module = (name) => ${JSON.stringify(`${pathToFileURL(workspace.root).href}/stages/`)} + name;
    const stages = [
      { name: 'join', module: module('join.mjs') },
      { name: 'count', module: module('count.mjs'), resumable: true, extending: ['epochs'] },
    ];
    const result = await runPipeline({ file: 'pipeline.yaml', stages, workspace: ${JSON.stringify(workspace.root)}, onEvent() {} });
    process.stdout.write(JSON.stringify(result));`,
  );
  const path = join(workspace.root, 'socket');
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  const runner = spawn(process.execPath, [join(workspace.root, 'runner.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PAUSE_AT: String(epoch), PAUSE_SOCKET: path },
  });
  let printed = '';
  runner.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const result = once(runner, 'close').then(() =>
    printed === '' ? undefined : (JSON.parse(printed) as PipelineResult),
  );
  const [stage] = (await once(server, 'connection')) as [Socket];
  const [pid] = (await once(stage, 'data')) as [Buffer];
  return { runner, stage, stagePid: Number(pid.toString()), result };
}

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
