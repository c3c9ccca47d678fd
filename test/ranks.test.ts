import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { decodeSafetensors } from '@limber/engine';
import { createRandom } from '@limber/keypoints';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasNativeEngine } from '../packages/engine/src/loading/find-test-engine.suite.ts';
import {
  useSlurm,
  whyNoSlurm,
} from '../packages/runner/src/execution/slurm/slurm-cluster.suite.ts';
import { packTinyShards } from '../packages/pose-trainer/src/fixtures/tiny-shards.suite.ts';
import { limber, root as workspace } from './limber-command.ts';
import { childRanks } from './rank-processes.ts';

/** How often a rank is killed; 20 take some minutes. */
const kills = Number(process.env['LIMBER_RANK_KILLS'] ?? 1);
/** All ranks have to end within this. */
const endWithinMs = 30_000;
/** 50 take a minute. */
const steps = Number(process.env['LIMBER_RANK_STEPS'] ?? 6);

/** So many that a job is surely requeued before the last one. */
const queuedSteps = 60;

vi.setConfig({ testTimeout: 240_000 + 60_000 * kills });

const root = mkdtempSync(join(tmpdir(), 'limber-ranks-'));
beforeAll(() => packTinyShards(root, { train: 12, val: 2 }));
afterAll(() => rmSync(root, { recursive: true }));

/** Writes a short training. @returns the words of the command that runs it. */
function prepare(name: string, trainer: Record<string, unknown> = {}): string[] {
  const config = {
    data: { train: 'train', val: 'val' },
    out: name,
    train: {
      model: 'limber-tiny',
      inputSize: [32, 32],
      epochs: 20,
      batchSize: 4,
      optimizer: { type: 'sgd', learningRate: 0.001 },
      augmentation: { halfBody: null },
      keep: 'last',
      workers: 0,
      checkpoint: { everyNTrainSteps: 2 },
      trainer: {
        maxSteps: steps,
        precision: '32',
        checkValEveryNEpoch: 100,
        gradientClipVal: 1,
        syncBatchnorm: true,
        ...trainer,
      },
    },
  };
  writeFileSync(join(root, `${name}.yaml`), JSON.stringify(config));
  return ['train', `${name}.yaml`];
}

const launch = (name: string, trainer?: Record<string, unknown>): string[] => [
  'launch',
  '-n',
  '2',
  ...allowed,
  '--',
  ...prepare(name, trainer),
];

const main = join(workspace, 'packages/cli/bin/limber.js');

/** Where no network namespace can be made, as in some containers. */
const allowed = canUnshare() ? [] : ['--trusted-network'];

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--net', '--map-root-user', 'ip', 'link', 'set', 'lo', 'up']);
    return true;
  } catch {
    return false;
  }
}

const weightsOf = (name: string): Buffer =>
  readFileSync(join(root, name, 'model/weights.safetensors'));

/** The largest absolute value of each. */
const largest = (lists: readonly Float32Array[]): number[] =>
  lists.map((values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));

/** Starts a training, and sends a rank a signal once there is a checkpoint. @returns what the command said. */
async function strike(
  name: string,
  { rank, signal, delayMs }: { rank: number; signal: NodeJS.Signals; delayMs: number },
): Promise<{ exitCode: number | null; stderr: string; ms: number }> {
  const child = spawn(process.execPath, [main, ...launch(name)], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const ended = once(child, 'exit');
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const folder = join(root, name, 'work/checkpoints/last');
  const before = checkpointsIn(folder).join();
  const now = (): string => checkpointsIn(folder).join();
  while (now() === before && !hasEnded()) await setTimeout(5);
  await setTimeout(delayMs);
  const start = performance.now();
  if (!hasEnded()) process.kill(childRanks(child.pid!).get(rank)!, signal);
  const [exitCode] = (await ended) as [number | null];
  return { exitCode, stderr, ms: performance.now() - start };
}

/** Those that are whole. */
function checkpointsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
}

describe.runIf(hasNativeEngine && process.platform === 'linux')('two ranks', () => {
  test('each with half the batch end with the weights of one process', async () => {
    expect(await limber(prepare('alone'), root)).toMatchObject({ exitCode: 0 });
    expect(await limber(launch('whole'), root)).toMatchObject({ exitCode: 0 });
    // what rounding makes of a training grows from step to step: as much as a gradient's last bit makes of it is none
    const last = { gradientClipVal: 1 + 1e-7 };
    expect(await limber(prepare('nudged', last), root)).toMatchObject({ exitCode: 0 });
    const [alone, whole, nudged] = ['alone', 'whole', 'nudged'].map(
      (name) => decodeSafetensors(weightsOf(name), name).tensors,
    );
    expect(Object.keys(whole!)).toEqual(Object.keys(alone!));
    for (const [name, { data }] of Object.entries(alone!)) {
      const [scale = 0] = largest([data]);
      const [error = 0, ofRounding = 0] = largest(
        [whole!, nudged!].map((other) => data.map((value, at) => value - other[name]!.data[at]!)),
      );
      const isEqual = error <= Math.max(1e-4 * scale, 3 * ofRounding);
      expect({ name, scale, error, ofRounding, isEqual }).toMatchObject({ isEqual: true });
    }
    // rank 0 alone writes
    expect(readdirSync(join(root, 'whole/logs')).toSorted()).toEqual(
      readdirSync(join(root, 'alone/logs')).toSorted(),
    );
  });

  test('one of which is killed end within 30 s with one error, and go on to the same bytes', async () => {
    const random = createRandom('rank kills');
    for (let index = 0; index < kills; index++) {
      const rank = index % 2;
      const kill = { rank, signal: 'SIGKILL', delayMs: random.uniform() * 200 } as const;
      const killed = await strike('killed', kill);
      if (killed.exitCode === 0) continue;
      expect(killed).toMatchObject({ exitCode: 1 });
      expect(killed.ms).toBeLessThan(endWithinMs);
      const error = `rank ${rank} of 2: it ended with SIGKILL. The others were ended. Run again to go on from the last checkpoint.`;
      expect(killed.stderr.split('\n').filter((line) => line.startsWith('rank '))).toEqual([error]);
    }
    const resumed = await limber(launch('killed'), root);
    expect(resumed).toMatchObject({ exitCode: 0 });
    expect(resumed.stderr).toContain('Going on from ');
    expect(weightsOf('killed').equals(weightsOf('whole'))).toBe(true);
  });

  describe.runIf(whyNoSlurm() === undefined)('that are tasks of a job of Slurm', () => {
    useSlurm(['localhost']);

    test('go on when the job was requeued in the middle, to the same bytes', async () => {
      const slowly = { maxSteps: queuedSteps, strategy: 'data-parallel', trustedNetwork: true };
      expect(await limber(launch('unqueued', slowly), root)).toMatchObject({ exitCode: 0 });
      const [, file] = prepare('queued', slowly);
      const output = join(root, 'queued.log');
      const options = ['--parsable', '--ntasks=2', '--requeue', '--open-mode=append'];
      const step = `srun --distribution=block --kill-on-bad-exit=1 "${process.execPath}" "${main}" train ${file!}`;
      const job = execFileSync(
        'sbatch',
        [...options, `--output=${output}`, `--chdir=${root}`, '--wrap', step],
        { encoding: 'utf8' },
      ).trim();
      const checkpoints = join(root, 'queued/work/checkpoints/last');
      while (checkpointsIn(checkpoints).length === 0) await setTimeout(5);
      execFileSync('scontrol', ['requeue', job]);
      const model = join(root, 'queued/model/weights.safetensors');
      const isQueued = (): boolean =>
        execFileSync('squeue', ['-h', '-j', job, '-o', '%T'], { encoding: 'utf8' }) !== '';
      while (!existsSync(model) && isQueued()) await setTimeout(100);
      const said = readFileSync(output, 'utf8');
      expect(said).toContain('Going on from ');
      expect(weightsOf('queued').equals(weightsOf('unqueued')), said).toBe(true);
    });
  });

  test('on a network that others may reach are refused', async () => {
    const env = {
      LIMBER_RANK: '0',
      LIMBER_RANK_ADDRESSES: '127.0.0.1:24000,127.0.0.1:24001',
      LIMBER_LOCAL_RANK: '0',
      LIMBER_LOCAL_RANKS: '2',
    };
    const refused = await limber(prepare('refused'), root, env);
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain(
      'whoever reaches it, every user of this machine included, runs code as you: expected trustedNetwork: true',
    );
  });
});
