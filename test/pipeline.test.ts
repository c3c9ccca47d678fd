import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { limber, main, root } from './limber-command.ts';

/** Training on a busy machine, or on the JavaScript backend, takes its time. */
vi.setConfig({ testTimeout: 240_000 });

/** The whole way on a few small pictures: what the squat pipeline does, in seconds. */
const overrides = [
  'synthesize.clips=6',
  'synthesize.framesPerClip=2',
  'split.val=0.17',
  'split.test=0.17',
  'train.inputSize=[64, 64]',
  'train.batchSize=4',
  'train.epochs=2',
  'train.trainer.checkValEveryNEpoch=1',
  'train.checkpoint.everyNTrainSteps=1',
].flatMap((override) => ['--set', override]);

interface StageReport {
  readonly name: string;
  readonly outcome: string;
  readonly because: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-pipeline-'));
  await writeWorkspace(folder);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function writeWorkspace(place: string): Promise<void> {
  await mkdir(join(place, 'pipelines'));
  const squat = readFileSync(join(root, 'pipelines/squat.yaml'));
  await writeFile(join(place, 'pipelines/squat.yaml'), squat);
}

async function run(place: string, ...words: readonly string[]): Promise<StageReport[]> {
  const result = await limber(
    ['pipeline', 'run', 'squat', ...overrides, ...words, '--json'],
    place,
  );
  expect(result.exitCode, result.stderr).toBe(0);
  return (JSON.parse(result.stdout) as { stages: StageReport[] }).stages;
}

function outcomes(stages: readonly StageReport[]): string[] {
  return stages.map(({ name, outcome }) => `${name} ${outcome}`);
}

function digestOfModel(stages: readonly StageReport[]): string {
  const model = stages.find(({ name }) => name === 'train')!.outputs['model']!;
  return createHash('sha256')
    .update(readFileSync(join(model, 'weights.safetensors')))
    .digest('hex');
}

describe('the squat pipeline', () => {
  let first: StageReport[];

  test('runs from rendered people to a report', async () => {
    first = await run(folder);
    expect(outcomes(first).every((text) => text.endsWith(' ran'))).toBe(true);
    const page = readFileSync(join(folder, 'runs/squat/latest/report/report.html'), 'utf8');
    expect(page).toContain('data:image/jpeg;base64,');
    expect(page.match(/<svg/g)!.length).toBeGreaterThanOrEqual(3);
  });

  test('run again, runs nothing', async () => {
    expect(outcomes(await run(folder))).toEqual(first.map(({ name }) => `${name} cached`));
  });

  test('with another learning rate, reruns training and what follows, and said so before', async () => {
    const change = ['--set', 'train.optimizer.learningRate=0.0007'];
    const planned = await run(folder, ...change, '--dry-run');
    expect(outcomes(planned)).toEqual([
      'synthesize cached',
      'build cached',
      'pack cached',
      'train run',
      'evaluate run',
      'report run',
    ]);
    expect(planned[3]!.because.join()).toContain('train.optimizer.learningRate');
    const reran = await run(folder, ...change);
    expect(outcomes(reran)).toEqual(outcomes(planned).map((text) => text.replace(/ run$/, ' ran')));
  });

  test('with the change taken back, is served from the store', async () => {
    expect(outcomes(await run(folder))).toEqual(first.map(({ name }) => `${name} cached`));
  });

  test('with more epochs, goes on where training ended', async () => {
    const change = ['--set', 'train.epochs=3', '--only', 'train'];
    const words = ['pipeline', 'run', 'squat', ...overrides, ...change];
    const { exitCode, stderr } = await limber(words, folder);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('train: goes on where it was left\n  params.train.epochs: 2 → 3\n');
  });
});

test('killed in the middle of training, the next run ends with the same weights', async () => {
  const other = await mkdtemp(join(tmpdir(), 'limber-killed-'));
  try {
    await writeWorkspace(other);
    await runAndKillAtCheckpoint(other);
    const [resumed, whole] = [await run(other, '--only', 'train'), await run(folder)];
    expect(digestOfModel(resumed)).toBe(digestOfModel(whole));
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});

/** Kills the whole process group once a checkpoint lies in the working folder of the training. */
async function runAndKillAtCheckpoint(place: string): Promise<void> {
  const words = [main, 'pipeline', 'run', 'squat', ...overrides];
  const child = spawn(process.execPath, words, { cwd: place, detached: true, stdio: 'ignore' });
  const ended = new Promise((done) => child.on('exit', done));
  while (child.exitCode === null && !(await hasCheckpoint(place))) {
    await new Promise((done) => setTimeout(done, 20));
  }
  expect(child.exitCode, 'the run was over before it could be killed').toBe(null);
  process.kill(-child.pid!, 'SIGKILL');
  await ended;
}

async function hasCheckpoint(place: string): Promise<boolean> {
  const work = join(place, '.limber/work');
  if (!existsSync(work)) return false;
  const files = await readdir(work, { recursive: true });
  return files.some((file) => file.endsWith('.safetensors'));
}
