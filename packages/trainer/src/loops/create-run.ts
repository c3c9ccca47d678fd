import { createTimer } from '../callbacks/timer.ts';
import type { Callback } from '../hooks/callback.ts';
import { checkStateKeys } from '../hooks/check-state-keys.ts';
import { createHookRunner, orderCallbacks } from '../hooks/hook-runner.ts';
import type { RunningTrainer, Stage } from '../hooks/running-trainer.ts';
import type { HookedModule } from '../hooks/training-module.ts';
import { currentSeed } from '../randomness/seed-everything.ts';
import type { TrainerOptions } from '../trainer-options.ts';
import { createRanks, singleRank } from '../ranks/ranks.ts';
import { secondsOfMaxTime } from './max-time.ts';
import type { Run } from './run.ts';
import { startPosition } from './run.ts';
import type { TrainerFlags } from './trainer-flags.ts';

/** What a run is made of. */
export interface RunParts<Batch> {
  readonly trainer: RunningTrainer;
  readonly stage: Stage;
  readonly module: HookedModule<Batch>;
  readonly flags: TrainerFlags;
  readonly options: TrainerOptions<Batch>;
  /** Of the data, before those of all callbacks. */
  readonly dataHooks: readonly Callback<Batch>[];
  readonly settleMetrics: Run<Batch>['settleMetrics'];
}

/** A run before its first hook. */
export function createRun<Batch>(parts: RunParts<Batch>): Run<Batch> {
  const { trainer, stage, module, flags, options, dataHooks, settleMetrics } = parts;
  const { loggers = [], profiler = null, signal } = options;
  const ranks = stage === 'fit' ? createRanks(trainer.engine) : singleRank;
  const own = stage === 'fit' ? (module.configureCallbacks?.() ?? []) : [];
  const given = options.callbacks ?? [];
  const callbacks = orderCallbacks([...dataHooks, ...given, ...own, ...timersOf(parts)]);
  checkStateKeys(callbacks);
  return {
    trainer,
    stage,
    module,
    flags,
    callbacks,
    hooks: createHookRunner({ trainer, module, callbacks, profiler, settleMetrics }),
    loggers: flags.fastDevRun !== false || stage !== 'fit' || ranks.rank > 0 ? [] : loggers,
    profiler,
    settleMetrics,
    signal,
    ranks,
    callbackMetrics: {},
    progressBarMetrics: {},
    logTarget: null,
    dataloaderIdx: null,
    position: startPosition,
    seed: options.seed ?? currentSeed(),
    isPastSafePoint: false,
    shouldStop: false,
    exitCode: null,
  };
}

/** As in Lightning, `maxTime` is a Timer that says so. */
function timersOf<Batch>({ flags: { maxTime }, options: { now }, trainer }: RunParts<Batch>) {
  if (maxTime === null) return [];
  const durationSeconds = secondsOfMaxTime(maxTime);
  const write = (line: string): void => trainer.warn(line);
  return [createTimer({ durationSeconds, write, ...(now === undefined ? {} : { now }) })];
}
