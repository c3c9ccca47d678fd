import { execFileSync } from 'node:child_process';
import type { LoadEngineOptions, RankOptions } from '@limber/engine';
import { availableProcessors, LimberError } from '@limber/files';
import type { TrainConfig } from '@limber/pose-trainer/config';
import { isLaunchedRank, rankVariables } from './rank-variables.ts';
import type { RankPlace } from './slurm-place.ts';
import { slurmPlace } from './slurm-place.ts';

/** How a training begins in this process. */
export type Start =
  | { readonly type: 'alone' }
  /** As one of several processes, which somebody else has started. */
  | { readonly type: 'rank'; readonly ranks: RankOptions; readonly threads: number }
  /** By starting so many processes here. */
  | { readonly type: 'launch'; readonly processes: number };

/**
 * Chooses by the configuration, and by what `limber launch` or `srun` says in the environment.
 *
 * @throws {LimberError} `invalid-config` if the two contradict each other.
 */
export function chooseStart(
  { trainer, batchSize }: Pick<TrainConfig, 'trainer' | 'batchSize'>,
  env: NodeJS.ProcessEnv = process.env,
): Start {
  const { strategy, processes } = trainer;
  if (strategy === 'single-process') return { type: 'alone' };
  const place = placeOf(strategy, env);
  const worldSize = place?.addresses.length ?? processes ?? 1;
  if (strategy === 'data-parallel' && worldSize === 1 && processes !== 1) {
    throw invalid('trainer.strategy', {
      what: 'data-parallel, and there is one process',
      expected: 'trainer.processes, `limber launch`, or srun with several tasks',
      got: 'none of them',
    });
  }
  if (processes !== null && processes !== worldSize) {
    throw invalid('trainer.processes', {
      what: 'not how many were started',
      expected: `${processes}`,
      got: `${worldSize}`,
    });
  }
  if (worldSize === 1) return { type: 'alone' };
  if (batchSize % worldSize !== 0) {
    throw invalid('batchSize', {
      what: 'it is divided among the processes',
      expected: `a multiple of ${worldSize}`,
      got: `${batchSize}`,
    });
  }
  if (place === null) return { type: 'launch', processes: worldSize };
  const { localRanks, ...ofRank } = place;
  const ranks: RankOptions = {
    ...ofRank,
    isNetworkTrusted: trainer.trustedNetwork || env[rankVariables.trustedNetwork] === '1',
    patienceSeconds: trainer.rankTimeoutSeconds,
    syncBatchnorm: trainer.syncBatchnorm,
  };
  const ofTask = Number(env['SLURM_CPUS_PER_TASK'] ?? Number.NaN);
  const threads = Number.isInteger(ofTask) ? ofTask : availableProcessors() / localRanks;
  return { type: 'rank', ranks, threads: Math.max(1, Math.floor(threads)) };
}

/** What the engine is loaded with for a start in this process. */
export function rankOptionsOf(
  start: Exclude<Start, { type: 'launch' }>,
): Pick<LoadEngineOptions, 'ranks' | 'threads'> {
  return start.type === 'rank' ? { ranks: start.ranks, threads: start.threads } : {};
}

function placeOf(
  strategy: TrainConfig['trainer']['strategy'],
  env: NodeJS.ProcessEnv,
): RankPlace | null {
  if (isLaunchedRank(env)) {
    const { rank, addresses, localRank, localRanks } = rankVariables;
    return {
      rank: Number(env[rank]),
      addresses: (env[addresses] ?? '').split(','),
      localRank: Number(env[localRank]),
      localRanks: Number(env[localRanks]),
    };
  }
  // the tasks of a step may as well be trainings of their own
  return strategy === 'data-parallel' ? slurmPlace(env, hostsOf) : null;
}

function hostsOf(list: string): string[] {
  const output = execFileSync('scontrol', ['show', 'hostnames', list], { encoding: 'utf8' });
  return output.trim().split('\n');
}

function invalid(
  where: string,
  problem: { readonly what: string; readonly expected: string; readonly got: string },
): LimberError {
  return new LimberError('invalid-config', { where, ...problem });
}
