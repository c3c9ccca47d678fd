import { checkStateKeys } from '../hooks/check-state-keys.ts';
import { createHookRunner, orderCallbacks } from '../hooks/hook-runner.ts';
import { createTimer } from '../callbacks/timer.ts';
import type { Callback } from '../hooks/callback.ts';
import type { Stage } from '../hooks/hooks.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { HookedModule } from '../hooks/training-module.ts';
import { createMetricCollection } from '../metrics/metric-collection.ts';
import type { TrainerOptions } from '../trainer-options.ts';
import type { Run } from './run.ts';
import type { ResolvedFlags } from './trainer-flags.ts';

/** A run before its first hook, without data and optimizer. */
export function createRun<Batch>(
  trainer: RunningTrainer,
  flags: ResolvedFlags,
  options: TrainerOptions<Batch>,
  stage: Stage,
  module: HookedModule<Batch>,
): Run<Batch> {
  const { loggers = [], signal, profiler = null, samplesOf = () => 1 } = options;
  const own = stage === 'fit' ? (module.configureCallbacks?.() ?? []) : [];
  const callbacks = orderCallbacks([
    ...(options.callbacks ?? []),
    ...own,
    ...timerOf(flags, options),
  ]);
  checkStateKeys(callbacks);
  return {
    trainer,
    flags,
    stage,
    profiler,
    samplesOf,
    module,
    callbacks,
    hooks: createHookRunner(trainer, module, callbacks, profiler),
    loggers: flags.isFastDevRun || stage !== 'fit' ? [] : loggers,
    signal,
    trainMetrics: createMetricCollection(trainer.engine, { onStep: true, onEpoch: false }),
    validationMetrics: createMetricCollection(trainer.engine, { onStep: false, onEpoch: true }),
    callbackMetrics: {},
    progressBarMetrics: {},
    logTarget: null,
    optimization: null,
    trainBatches: 0,
    validationPlan: { intervalBatches: 1, everyNEpochs: 1 },
    validationBatches: 0,
    position: { epoch: 0, batch: 0, step: 0, samples: 0, point: 'nothing', callbacksDone: 0 },
    safePoint: null,
    isSanityChecking: false,
    isLoggingStep: false,
    shouldStop: false,
    train: null,
    refreshStatistics: null,
  };
}

/** As in Lightning, `maxTime` is a Timer. */
function timerOf<Batch>(
  { maxSeconds }: ResolvedFlags,
  { now }: TrainerOptions<Batch>,
): Callback<Batch>[] {
  if (maxSeconds === Infinity) return [];
  return [createTimer({ durationSeconds: maxSeconds, ...(now === undefined ? {} : { now }) })];
}
