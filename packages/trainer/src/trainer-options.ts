import type { Engine } from '@limber/engine';
import type { FoundCheckpoint } from './checkpoints/find-checkpoint.ts';
import type { Json } from './checkpoints/json.ts';
import type { Callback } from './hooks/callback.ts';
import type { Logger } from './loggers/logger.ts';
import type { TrainerFlags } from './loops/trainer-flags.ts';
import type { Profiler } from './profiling/profiler.ts';

/** How a Trainer is set up: Lightning's flags, and what it works with. */
export interface TrainerOptions<Batch> extends Partial<TrainerFlags> {
  readonly engine: Engine;
  /** In order; those with `onSafePoint` (ModelCheckpoint) come last. */
  readonly callbacks?: readonly Callback<Batch>[];
  readonly loggers?: readonly Logger[];
  /** Measures steps, hooks and waiting. */
  readonly profiler?: Profiler;
  /** What the run was set up with; written into checkpoints, for whoever reads them. */
  readonly hyperParameters?: Json;
  /** Of what is random within a step, such as dropout; default: that of `seedEverything`, or 0. A resumed fit keeps its own. */
  readonly seed?: number;
  /** Samples in a batch, for `samplesSeen`; by default batches are counted. */
  readonly samplesOf?: (batch: Batch) => number;
  /** Finishes the current step, saves and throws `TrainingInterrupted`. */
  readonly signal?: AbortSignal;
  /** By default a warning of the process. */
  readonly onWarning?: (message: string) => void;
  /** Milliseconds from any start. Measures waiting and `maxTime`; no other result depends on it. */
  readonly now?: () => number;
}

/**
 * Which checkpoint: `'best'` or `'last'` of the Trainer's ModelCheckpoints, a file, or one that `findLastGoodCheckpoint`
 * found.
 */
export type CheckpointPath = 'best' | 'last' | (string & {}) | FoundCheckpoint;

/** What `fit`, `validate`, `test` and `predict` start from; without it, from the weights as they are. */
export interface StartOptions {
  readonly ckptPath?: CheckpointPath;
}
