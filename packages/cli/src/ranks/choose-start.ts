import type { LoadEngineOptions, RankOptions } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { TrainConfig } from '@limber/pose-trainer/config';
import { engineOptionsOf, findPlace } from './rank-place.ts';
import { rankVariables } from './rank-variables.ts';

/** How a training begins in this process. */
export type Start =
  | { readonly type: 'alone' }
  /** As one of several processes, which somebody else has started. */
  | {
      readonly type: 'rank';
      readonly ranks: RankOptions;
      readonly threads: number;
      readonly localRank: number;
    }
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
  // the tasks of a step may as well be trainings of their own
  const place = findPlace(env, { isStepDivided: strategy === 'data-parallel' });
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
  const { rank, addresses } = place;
  const ranks: RankOptions = {
    rank,
    addresses,
    isNetworkTrusted: trainer.trustedNetwork || env[rankVariables.trustedNetwork] === '1',
    patienceSeconds: trainer.rankTimeoutSeconds,
    syncBatchnorm: trainer.syncBatchnorm,
  };
  return { type: 'rank', ranks, ...engineOptionsOf(place, env) };
}

/** What the engine is loaded with for a start in this process. */
export function rankOptionsOf(
  start: Exclude<Start, { type: 'launch' }>,
): Pick<LoadEngineOptions, 'ranks' | 'threads' | 'localRank'> {
  if (start.type === 'alone') return {};
  const { ranks, threads, localRank } = start;
  return { ranks, threads, localRank };
}

function invalid(
  where: string,
  problem: { readonly what: string; readonly expected: string; readonly got: string },
): LimberError {
  return new LimberError('invalid-config', { where, ...problem });
}
