import type { SafePoint } from '../checkpoints/checkpoint.ts';
import type { Callback } from './callback.ts';
import type { HookArguments, HookName, StepHookArguments, StepHookName } from './hooks.ts';
import type { RunningTrainer } from './running-trainer.ts';
import type { Profiler } from '../profiling/profiler.ts';
import type { HookedModule } from './training-module.ts';

/** Calls a hook on everyone who has it, in order. */
export interface HookRunner<Batch> {
  /**
   * The callbacks in order, then the module.
   *
   * @returns whether somebody answered `'skip-epoch'`.
   */
  run<Name extends HookName>(name: Name, ...rest: HookArguments<Batch>[Name]): Promise<boolean>;
  /** A hook within a step. */
  runInStep<Name extends StepHookName>(name: Name, ...rest: StepHookArguments[Name]): void;
  /**
   * `onSafePoint` of the callbacks, then the module.
   *
   * @param first - how many callbacks had it already, before a resume.
   * @param onCallback - hears how many will have had it after the one that runs now.
   */
  runSafePoint(point: SafePoint, first: number, onCallback: (done: number) => void): Promise<void>;
}

type Answer = 'skip-epoch' | void | Promise<'skip-epoch' | void>;

/** Puts the callbacks that save checkpoints after the others, whose state they save. */
export function orderCallbacks<Batch>(callbacks: readonly Callback<Batch>[]): Callback<Batch>[] {
  const isLast = (callback: Callback<Batch>): boolean => callback.onSafePoint !== undefined;
  return [...callbacks.filter((one) => !isLast(one)), ...callbacks.filter(isLast)];
}

/**
 * Binds callbacks and a module to the trainer that calls them.
 *
 * @param callbacks - in the order of {@link orderCallbacks}.
 * @param profiler - hears of every hook that somebody has.
 */
export function createHookRunner<Batch>(
  trainer: RunningTrainer,
  module: HookedModule<Batch>,
  callbacks: readonly Callback<Batch>[],
  profiler: Profiler | null,
): HookRunner<Batch> {
  const has = (name: HookName | StepHookName): boolean =>
    module[name] !== undefined || callbacks.some((one) => one[name] !== undefined);
  return {
    run: async (name, ...rest) => {
      if (!has(name)) return false;
      profiler?.start(name);
      let isSkipping = false;
      for (const callback of callbacks) {
        const hook = callback[name] as ((...all: unknown[]) => Answer) | undefined;
        const answer = await hook?.call(callback, trainer, module, ...rest);
        isSkipping ||= answer === 'skip-epoch';
      }
      const own = module[name] as ((...all: unknown[]) => Answer) | undefined;
      const answer = await own?.call(module, trainer, ...rest);
      profiler?.stop(name);
      return isSkipping || answer === 'skip-epoch';
    },
    runInStep: (name, ...rest) => {
      if (!has(name)) return;
      profiler?.start(name);
      for (const callback of callbacks) {
        const hook = callback[name] as ((...all: unknown[]) => void) | undefined;
        hook?.call(callback, trainer, module, ...rest);
      }
      const own = module[name] as ((...all: unknown[]) => void) | undefined;
      own?.call(module, trainer, ...rest);
      profiler?.stop(name);
    },
    runSafePoint: async (point, first, onCallback) => {
      profiler?.start('onSafePoint');
      for (const [index, callback] of callbacks.entries()) {
        if (index < first) continue;
        onCallback(index + 1);
        await callback.onSafePoint?.(trainer, module, point);
      }
      await module.onSafePoint?.(trainer, point);
      profiler?.stop('onSafePoint');
    },
  };
}
