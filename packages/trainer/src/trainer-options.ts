import type { Engine } from '@limber/engine';
import type { FoundCheckpoint } from './checkpoints/find-checkpoint.ts';
import type { Json } from './checkpoints/json.ts';
import type { Callback } from './hooks/callback.ts';
import type { Logger } from './loggers/logger.ts';
import type { TrainerFlags } from './loops/trainer-flags.ts';

/** How a Trainer is set up: Lightning's flags, and what it works with. */
export interface TrainerOptions<Batch> extends TrainerFlags {
  readonly engine: Engine;
  /** In order; those with `onSafePoint` (ModelCheckpoint) come last. */
  readonly callbacks?: readonly Callback<Batch>[];
  readonly loggers?: readonly Logger[];
  /** What the run was set up with; written into checkpoints, for whoever reads them. */
  readonly hyperParameters?: Json;
  /** Finishes the step at hand, saves and throws `TrainingInterrupted`. */
  readonly signal?: AbortSignal;
  readonly onWarning?: (message: string) => void;
  /** Milliseconds from any start. Measures waiting; no result depends on it. */
  readonly now?: () => number;
}

/** Where a fit goes on from: a file, or one that `findLastGoodCheckpoint` found. */
export type ResumeFrom = string | FoundCheckpoint;
