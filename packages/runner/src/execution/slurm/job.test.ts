import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Job } from './job-folder.ts';
import { openJob, readOutcome } from './job-folder.ts';
import { untilThere } from './slurm-workspace.suite.ts';

vi.setConfig({ testTimeout: 60_000 });

const program = fileURLToPath(new URL('../../../dist/execution/slurm/job.js', import.meta.url));

/** A job whose command notes that it began, and ends when there is a file `go`. */
function createJob(): { readonly job: Job; readonly root: string } {
  const root = mkdtempSync(join(tmpdir(), 'limber-job-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const command = `echo begun on $SLURMD_NODENAME >> begun; trap 'exit 1' TERM; while [ ! -e go ]; do sleep 0.05; done`;
  const { job } = openJob({
    name: 'a/b',
    matrix: undefined,
    task: { type: 'command', command },
    cwd: root,
    environment: { PATH: process.env['PATH'], SLURMD_NODENAME: 'login' },
    logFile: join(root, 'log'),
    heartbeat: join(root, 'heartbeat'),
    timeoutMs: undefined,
    emptyFolders: [],
    folder: join(root, 'job'),
    resources: { cpu: 1, memoryBytes: 0, gpu: 0 },
    resumedFrom: undefined,
    slurm: { partition: undefined, account: undefined, timeMs: undefined },
  });
  return { job, root };
}

function startCopy({ folder, key }: Job, node: string): ChildProcess {
  const env = { PATH: process.env['PATH'], SLURM_JOB_ID: '7', SLURMD_NODENAME: node };
  const copy = spawn(process.execPath, [program, key, folder], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void copy.kill('SIGKILL'));
  return copy;
}

it('of two copies of a job one does the work, and the other leaves it at that', async () => {
  const { job, root } = createJob();
  const copies = [startCopy(job, 'n1'), startCopy(job, 'n2')];
  await untilThere(join(root, 'begun'));
  writeFileSync(join(root, 'go'), '');
  const ends = await Promise.all(copies.map((copy) => once(copy, 'exit')));
  expect(ends.map(([code]) => code as number)).toEqual([0, 0]);
  expect(readFileSync(join(root, 'begun'), 'utf8')).toMatch(/^begun on n[12]\n$/);
  expect(readOutcome(job)).toEqual({ type: 'done', metrics: {}, plots: {}, provenance: {} });
});

it('a copy that Slurm ends is not the end of the job: the next one goes on', async () => {
  const { job, root } = createJob();
  const first = startCopy(job, 'n1');
  await untilThere(join(root, 'begun'));
  first.kill('SIGTERM');
  await once(first, 'exit');
  expect(readOutcome(job)).toEqual({ type: 'interrupted' });
  writeFileSync(join(root, 'go'), '');
  await once(startCopy(job, 'n2'), 'exit');
  expect(readFileSync(join(root, 'begun'), 'utf8')).toBe('begun on n1\nbegun on n2\n');
  expect(readOutcome(job)?.type).toBe('done');
});

it('a job whose folder was given to another one gives up', async () => {
  const { job, root } = createJob();
  const copy = startCopy({ ...job, key: 'older-1' }, 'n1');
  const [printed] = (await once(copy.stderr!, 'data')) as [Buffer];
  const [code] = (await once(copy, 'exit')) as [number];
  expect([code, printed.toString()]).toEqual([
    1,
    `${job.folder} holds another job, or none: expected older-1. It was given up.\n`,
  ]);
  expect(existsSync(join(root, 'begun'))).toBe(false);
});
