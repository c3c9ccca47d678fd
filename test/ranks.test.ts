import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createRandom } from '@limber/keypoints';
import { describe, expect, test, vi } from 'vitest';
import { hasNativeEngine } from '../packages/engine/src/loading/find-test-engine.suite.ts';
import {
  useSlurm,
  whyNoSlurm,
} from '../packages/runner/src/execution/slurm/slurm-cluster.suite.ts';
import { limber, main } from './limber-command.ts';
import { checkpointsIn, nudge, useRankTraining } from './rank-training.ts';

/** How often a rank is killed; 20 take some minutes. */
const kills = Number(process.env['LIMBER_RANK_KILLS'] ?? 1);
/** All ranks have to end within this. */
const endWithinMs = 30_000;
/** 50 take a minute. */
const steps = Number(process.env['LIMBER_RANK_STEPS'] ?? 6);

/** So many that a job is surely requeued before the last one. */
const queuedSteps = 60;

vi.setConfig({ testTimeout: 240_000 + 60_000 * kills });

const { root, prepare, launch, strike, weightsOf, expectEqualButForRounding } = useRankTraining({
  maxSteps: steps,
});

describe.runIf(hasNativeEngine && process.platform === 'linux')('two ranks', () => {
  test('each with half the batch end with the weights of one process', async () => {
    expect(await limber(prepare('alone'), root)).toMatchObject({ exitCode: 0 });
    expect(await limber(launch('whole'), root)).toMatchObject({ exitCode: 0 });
    expect(await limber(prepare('nudged', nudge), root)).toMatchObject({ exitCode: 0 });
    expectEqualButForRounding('alone', 'whole', 'nudged');
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
      const killed = await strike('killed', launch('killed'), kill);
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
