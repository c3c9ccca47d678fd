import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { currentProcess } from '@limber/files';
import { expect, it, onTestFinished } from 'vitest';
import type { PipelineEvent } from '../events.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import type { MachineLease } from './machine-lease.ts';
import { leaseFolder, leaseMachine } from './machine-lease.ts';
import { createTestWorkspace } from './test-workspace.suite.ts';

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'limber-lease-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function ask(
  folder: string,
  need: { readonly gpu?: number; readonly memoryBytes?: number },
  signal: AbortSignal = new AbortController().signal,
): Promise<MachineLease | undefined> {
  return leaseMachine(
    { gpu: 0, memoryBytes: 0, ...need },
    {
      total: { cpu: 1, memoryBytes: 10, gpus: ['0', 'MIG-GPU-1/2/0'] },
      folder,
      signal,
      work: 'a test',
    },
  );
}

it('each GPU is given to one, and the memory of all together is no more than there is', async () => {
  const folder = createFolder();
  const first = (await ask(folder, { gpu: 1, memoryBytes: 6 }))!;
  const second = (await ask(folder, { gpu: 1, memoryBytes: 4 }))!;
  expect([first.gpus, second.gpus]).toEqual([['0'], ['MIG-GPU-1/2/0']]);
  const third = ask(folder, { gpu: 1 });
  second.release();
  expect((await third)!.gpus).toEqual(['MIG-GPU-1/2/0']);
  const fourth = ask(folder, { memoryBytes: 7 });
  first.release();
  (await fourth)!.release();
  (await third)!.release();
  expect(readdirSync(folder).filter((name) => name.startsWith('memory'))).toEqual([]);
});

it('who needs neither GPUs nor memory is not even noted, and who is told to stop does not wait', async () => {
  const folder = createFolder();
  expect((await ask(folder, {}))!.gpus).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  const all = (await ask(folder, { gpu: 2 }))!;
  const stop = new AbortController();
  const waiting = ask(folder, { gpu: 1 }, stop.signal);
  stop.abort();
  expect(await waiting).toBeUndefined();
  all.release();
});

it('a killed holder keeps nothing', async () => {
  const folder = createFolder();
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  for (const share of ['gpu~0', 'memory~9~x']) {
    mkdirSync(join(folder, share, '1'), { recursive: true });
    const owner = currentProcess().replace(String(process.pid), String(dead));
    writeFileSync(join(folder, share, '1', 'owner'), owner);
  }
  const lease = (await ask(folder, { gpu: 2, memoryBytes: 10 }))!;
  expect(lease.gpus).toEqual(['0', 'MIG-GPU-1/2/0']);
  lease.release();
});

it('a Slurm job has a folder of its own', () => {
  expect(leaseFolder({})).not.toBe(leaseFolder({ SLURM_JOB_ID: '7' }));
});

it('of two runs in two workspaces, one at a time has the GPU, and the other says for whom it waits', async () => {
  const shared = createFolder();
  const runners = [startRunner(shared), startRunner(shared)];
  const waiting = await Promise.race(runners.map(({ waited }) => waited));
  const other = runners.find(({ runner }) => runner !== waiting.runner)!;
  const { stage, work, pid } = waiting.event;
  const busyWith = 'stage "train" of pipeline gpu';
  expect({ stage, work, pid }).toEqual({ stage: 'train', work: busyWith, pid: other.runner.pid });
  writeFileSync(join(shared, 'go'), '');
  const results = await Promise.all(runners.map(({ result }) => result));
  expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
});

interface Runner {
  readonly runner: ChildProcess;
  readonly waited: Promise<{
    readonly runner: ChildProcess;
    readonly event: Extract<PipelineEvent, { type: 'stage-waiting' }>;
  }>;
  readonly result: Promise<PipelineResult>;
}

/** A runner whose stage has the GPU until there is a file `go`, and fails if another has it then. */
function startRunner(shared: string): Runner {
  const workspace = createTestWorkspace(`name: gpu
stages:
  train:
    run: |
      mkdir ${shared}/busy || exit 1
      while [ ! -e ${shared}/go ]; do sleep 0.02; done
      rmdir ${shared}/busy
      printf %s "$CUDA_VISIBLE_DEVICES" > "$LIMBER_OUTPUT_X"
    outputs: [x]
    resources: { gpu: 1 }
`);
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  workspace.write(
    'runner.mjs',
    `import { runPipeline } from ${JSON.stringify(dist)};
    const workspace = ${JSON.stringify(workspace.root)};
    await runPipeline({ file: 'pipeline.yaml', stages: [], workspace, onEvent: (event) => console.log(JSON.stringify(event)) });`,
  );
  const runner = spawn(process.execPath, [join(workspace.root, 'runner.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CUDA_VISIBLE_DEVICES: '0', TMPDIR: shared },
  });
  const lines = createInterface({ input: runner.stdout! });
  const eventOf = async <T extends PipelineEvent['type']>(
    type: T,
  ): Promise<Extract<PipelineEvent, { type: T }>> =>
    new Promise((resolve) => {
      lines.on('line', (line) => {
        const event = JSON.parse(line) as PipelineEvent;
        if (event.type === type) resolve(event as Extract<PipelineEvent, { type: T }>);
      });
    });
  const waited = eventOf('stage-waiting').then((event) => ({ runner, event }));
  const result = eventOf('pipeline-finished').then((event) => event.result);
  onTestFinished(async () => {
    if (runner.exitCode === null) await once(runner, 'exit');
  });
  return { runner, waited, result };
}
