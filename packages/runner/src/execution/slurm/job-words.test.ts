import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { StageWork } from '../executor.ts';
import { createLineReader } from './file-tail.ts';
import { describeEnd } from './job-end.ts';
import { jobOf, ticketOf } from './job-folder.ts';
import { isActive, parseQueue } from './job-queue.ts';
import { slurmEnvironment } from './slurm-command.ts';
import { jobOptions, jobScript } from './submit-job.ts';

const hostile = `/tmp/a b/$(touch x)'"\`%j;\\*~\n`;

const work: StageWork = {
  name: 'squat-train',
  matrix: undefined,
  task: { type: 'command', command: 'true' },
  cwd: hostile,
  environment: {},
  logFile: 'log',
  heartbeat: 'heartbeat',
  timeoutMs: undefined,
  emptyFolders: [],
  folder: hostile,
  resources: { cpu: 1, memoryBytes: 0, gpu: 0 },
  resumedFrom: undefined,
  slurm: { partition: undefined, account: undefined, timeMs: undefined },
};
const job = { key: 'squat-train-7', folder: hostile };
const optionsOf = (changed: Partial<StageWork>): string[] =>
  jobOptions(job, { ...work, ...changed });

it('what a stage asks for becomes options of sbatch, and nothing else is asked', () => {
  const always = [
    '--parsable',
    '--requeue',
    '--export=ALL',
    '--nodes=1',
    '--ntasks=1',
    '--job-name=squat-train-7',
    '--comment=limber squat-train',
    `--chdir=${hostile}`,
    '--output=/dev/null',
    '--cpus-per-task=1',
  ];
  expect(optionsOf({})).toEqual(always);
  const resources = { cpu: 2.5, memoryBytes: 4e9, gpu: 2 };
  const slurm = { partition: 'gpu;rm', account: '$(id)', timeMs: 90 * 60_000 };
  expect(optionsOf({ resources, slurm, resumedFrom: '/work' })).toEqual([
    ...always.slice(0, -1),
    '--cpus-per-task=3',
    '--mem=3815M',
    '--gres=gpu:2',
    '--time=90',
    '--signal=B:USR2@90',
    '--partition=gpu;rm',
    '--account=$(id)',
  ]);
});

it('the time limit of a job leaves the stage its timeout, and time to save before it', () => {
  expect(optionsOf({ timeoutMs: 61_000 }).at(-1)).toBe('--time=4');
  const slurm = { ...work.slurm, timeMs: 60_000 };
  expect(optionsOf({ slurm, timeoutMs: 1, resumedFrom: '/work' }).slice(-2)).toEqual([
    '--time=1',
    '--signal=B:USR2@15',
  ]);
});

it('each task of an array finds its folder, and the words behind the script reach the program as they are', () => {
  const root = mkdtempSync(join(tmpdir(), 'limber-job-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folderOf = (index: string): string => join(root, `${index} ${hostile.replaceAll('/', '')}`);
  const indexes = ['3', '', '12'];
  const jobs = indexes.map((index) => ({
    key: index === '' ? 'train-5' : `train-5_${index}`,
    folder: folderOf(index),
  }));
  const script = join(root, 'job.sh');
  writeFileSync(script, jobScript(jobs));
  const print = 'require("fs").writeFileSync("words", JSON.stringify(process.argv.slice(1)))';
  const words = [process.execPath, '-e', print, hostile, '', '*'];
  for (const index of indexes) {
    mkdirSync(folderOf(index));
    const env = index === '' ? {} : { SLURM_ARRAY_TASK_ID: index };
    execFileSync('sh', [script, ...words], { cwd: '/', env });
    const arrived: unknown = JSON.parse(readFileSync(join(folderOf(index), 'words'), 'utf8'));
    expect(arrived).toEqual([hostile, '', '*', folderOf(index)]);
  }
});

it('a ticket leads to its job, whatever its folder is called', () => {
  expect(jobOf(ticketOf(job))).toEqual(job);
  expect(ticketOf(job)).not.toContain('\n');
  expect(jobOf('slurm~key')).toBeUndefined();
  const task = { ...job, key: 'squat-train-7_12' };
  expect(jobOf(ticketOf(task))).toEqual(task);
});

it('what squeue prints is read, and what it adds is left out', () => {
  const text =
    'slurm_load_jobs: odd\na@b-1|12|PENDING|(Resources)\na@b-1|11|NODE_FAIL|None\nc-2|13_4|COMPLETING|x|y\n';
  const jobs = parseQueue(text);
  expect(jobs).toEqual([
    { key: 'a@b-1', id: '12', state: 'PENDING', reason: '(Resources)' },
    { key: 'a@b-1', id: '11', state: 'NODE_FAIL', reason: 'None' },
    { key: 'c-2_4', id: '13_4', state: 'COMPLETING', reason: 'x|y' },
  ]);
  expect(jobs.map(isActive)).toEqual([true, false, true]);
});

it('a job that ends without a result says why, and whether it was the stage’s fault', () => {
  const end = (state: string, complaints = ''): unknown =>
    describeEnd({ key: 'k', id: '57', state, reason: 'NonZeroExitCode' }, complaints);
  const failed = { type: 'failed', isInvalidInput: false };
  expect(describeEnd(undefined, '')).toEqual({
    ...failed,
    message: 'Slurm’s job has gone from the queue and left no result: it is lost.',
    isTemporary: true,
  });
  expect(end('NODE_FAIL')).toEqual({
    ...failed,
    message: 'Slurm’s job 57 was lost with its node (NODE_FAIL).',
    isTemporary: true,
  });
  expect(end('CANCELLED')).toEqual({
    ...failed,
    message: 'Slurm’s job 57 was cancelled (scancel). Run again to go on.',
  });
  expect(end('TIMEOUT')).toEqual({
    ...failed,
    message:
      'Slurm’s job 57 was ended at its time limit (TIMEOUT). Give it more: slurm: { time: 12h }, or a partition that allows more.',
  });
  expect(end('FAILED', 'job.sh: node: not found\n')).toEqual({
    ...failed,
    message:
      'Slurm’s job 57 ended (FAILED, NonZeroExitCode) before the stage was done. It printed: job.sh: node: not found',
  });
});

it('lines that come in pieces are put together, also within a letter', () => {
  const read = createLineReader();
  const bytes = Buffer.from('ä\nöü\n');
  const pieces = [...bytes].map((byte) => read(Buffer.from([byte])));
  expect(pieces.flat()).toEqual(['ä', 'öü']);
  expect(read(Buffer.from('rest'))).toEqual([]);
});

it('jobs get no secrets of the runner, and nothing of a job that it is itself', () => {
  const environment = { PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'x', SLURM_JOB_ID: '1' };
  const given = { ...environment, SLURM_CONF: '/etc/c', SBATCH_PARTITION: 'gpu' };
  expect(slurmEnvironment(given)).toEqual({
    PATH: '/bin',
    SLURM_CONF: '/etc/c',
    SBATCH_PARTITION: 'gpu',
  });
});
