import { checkStateKeys } from '../hooks/check-state-keys.ts';
import { createHookRunner, orderCallbacks } from '../hooks/hook-runner.ts';
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
  const { loggers = [], signal } = options;
  const own = stage === 'fit' ? (module.configureCallbacks?.() ?? []) : [];
  const callbacks = orderCallbacks([...(options.callbacks ?? []), ...own]);
  checkStateKeys(callbacks);
  return {
    trainer,
    flags,
    module,
    callbacks,
    hooks: createHookRunner(trainer, module, callbacks),
    loggers: flags.isFastDevRun || stage !== 'fit' ? [] : loggers,
    signal,
    trainMetrics: createMetricCollection(trainer.engine, { onStep: true, onEpoch: false }),
    validationMetrics: createMetricCollection(trainer.engine, { onStep: false, onEpoch: true }),
    callbackMetrics: {},
    progressBarMetrics: {},
    logTarget: null,
    optimization: null,
    trainBatches: 0,
    validationBatches: 0,
    position: { epoch: 0, batch: 0, step: 0, point: 'nothing', callbacksDone: 0 },
    safePoint: null,
    isSanityChecking: false,
    isLoggingStep: false,
    shouldStop: false,
    train: null,
  };
}
