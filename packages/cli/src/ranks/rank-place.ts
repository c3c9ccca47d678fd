import { execFileSync } from 'node:child_process';
import type { LoadEngineOptions } from '@limber/engine';
import { availableProcessors } from '@limber/files';
import { isLaunchedRank, rankVariables } from './rank-variables.ts';
import type { RankPlace } from './slurm-place.ts';
import { slurmPlace } from './slurm-place.ts';

/**
 * Which of several processes this one is, as `limber launch` or `srun` says in the environment; null if it is alone.
 *
 * @param options.isStepDivided - whether the tasks of a step of `srun` do one work together.
 */
export function findPlace(
  env: NodeJS.ProcessEnv,
  { isStepDivided }: { readonly isStepDivided: boolean },
): RankPlace | null {
  if (!isLaunchedRank(env)) return isStepDivided ? slurmPlace(env, hostsOf) : null;
  const { rank, addresses, localRank, localRanks, launch } = rankVariables;
  return {
    rank: Number(env[rank]),
    addresses: (env[addresses] ?? '').split(','),
    localRank: Number(env[localRank]),
    localRanks: Number(env[localRanks]),
    launch: env[launch] ?? '',
  };
}

/**
 * The threads and the GPU of one of the processes of a machine. Processors that Slurm has given are those of each task, which those
 * that `limber launch` has started in one task divide.
 */
export function engineOptionsOf(
  { localRank, localRanks }: Pick<RankPlace, 'localRank' | 'localRanks'>,
  env: NodeJS.ProcessEnv,
): Required<Pick<LoadEngineOptions, 'threads' | 'localRank'>> {
  const ofTask = Number(env['SLURM_CPUS_PER_TASK'] ?? Number.NaN);
  const isGiven = Number.isInteger(ofTask);
  const processors = isGiven ? ofTask : availableProcessors();
  const threads = isGiven && !isLaunchedRank(env) ? processors : processors / localRanks;
  return { threads: Math.max(1, Math.floor(threads)), localRank };
}

function hostsOf(list: string): string[] {
  const output = execFileSync('scontrol', ['show', 'hostnames', list], { encoding: 'utf8' });
  return output.trim().split('\n');
}
