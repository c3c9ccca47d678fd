import type { SafePoint } from '../checkpoints/checkpoint.ts';
import type { Profiler } from '../profiling/profiler.ts';
import type { Callback } from './callback.ts';
import type { HookArguments, Hooks, StepHookName, WaitingHookName } from './hooks.ts';
import type { RunningTrainer } from './running-trainer.ts';
import type { HookedModule } from './training-module.ts';

/** Calls a hook of the callbacks in order, then of the module. */
export interface HookRunner<Batch> {
  /** @returns whether one of them answered `'skip-epoch'`. */
  run<Name extends WaitingHookName>(
    name: Name,
    ...rest: HookArguments<Batch>[Name]
  ): Promise<boolean>;
  /**
   * Calls a hook of all of them, whatever those before have thrown: an interrupted fit is saved by one of the last.
   *
   * @returns what was thrown, in order.
   */
  runEach<Name extends 'onException' | 'teardown'>(
    name: Name,
    ...rest: HookArguments<Batch>[Name]
  ): Promise<readonly unknown[]>;
  /** A hook within a step. */
  runInStep<Name extends StepHookName>(name: Name, ...rest: HookArguments<Batch>[Name]): void;
  /**
   * Calls `onSafePoint`.
   *
   * @param first - how many callbacks had it already, before a resume.
   * @param onCallback - called before each callback with how many will have had it after this one.
   */
  runSafePoint(point: SafePoint, first: number, onCallback: (done: number) => void): Promise<void>;
}

/** Puts the callbacks that save checkpoints after the others, whose state they save. */
export function orderCallbacks<Batch>(callbacks: readonly Callback<Batch>[]): Callback<Batch>[] {
  const isLast = (callback: Callback<Batch>): boolean => callback.onSafePoint !== undefined;
  return [...callbacks.filter((one) => !isLast(one)), ...callbacks.filter(isLast)];
}

/** A run, as far as its hooks need it. */
export interface HookedRun<Batch> {
  readonly trainer: RunningTrainer;
  readonly module: HookedModule<Batch>;
  /** In the order of {@link orderCallbacks}. */
  readonly callbacks: readonly Callback<Batch>[];
  /** Started and stopped around every hook that somebody has. */
  readonly profiler: Profiler | null;
  /** Reads what was logged, before each hook that may look at it; null where it is read when somebody looks. */
  readonly settleMetrics: (() => Promise<void>) | null;
}

type AnyHook = (...all: unknown[]) => unknown;

/** Binds callbacks and a module to the trainer that calls them. */
export function createHookRunner<Batch>(run: HookedRun<Batch>): HookRunner<Batch> {
  const { trainer, module, callbacks, profiler, settleMetrics } = run;
  const owners: readonly Hooks<Batch>[] = [...callbacks, module];
  const ownersOf = (name: keyof HookArguments<Batch>): readonly Hooks<Batch>[] =>
    owners.filter((owner) => owner[name] !== undefined);
  return {
    run: async (name, ...rest) => {
      const having = ownersOf(name);
      if (having.length === 0) return false;
      profiler?.start(name);
      let isSkipping = false;
      for (const owner of having) {
        await settleMetrics?.();
        const answer = await (owner[name] as AnyHook).call(owner, trainer, ...rest);
        isSkipping ||= answer === 'skip-epoch';
      }
      profiler?.stop(name);
      return isSkipping;
    },
    runEach: async (name, ...rest) => {
      const having = ownersOf(name);
      if (having.length === 0) return [];
      const failures: unknown[] = [];
      profiler?.start(name);
      for (const owner of having) {
        try {
          await (owner[name] as AnyHook).call(owner, trainer, ...rest);
        } catch (error) {
          failures.push(error);
        }
      }
      profiler?.stop(name);
      return failures;
    },
    runInStep: (name, ...rest) => {
      const having = ownersOf(name);
      if (having.length === 0) return;
      profiler?.start(name);
      for (const owner of having) (owner[name] as AnyHook).call(owner, trainer, ...rest);
      profiler?.stop(name);
    },
    runSafePoint: async (point, first, onCallback) => {
      profiler?.start('onSafePoint');
      for (const [index, callback] of callbacks.entries()) {
        if (index < first) continue;
        onCallback(index + 1);
        await settleMetrics?.();
        await callback.onSafePoint?.(trainer, point);
      }
      await module.onSafePoint?.(trainer, point);
      profiler?.stop('onSafePoint');
    },
  };
}
