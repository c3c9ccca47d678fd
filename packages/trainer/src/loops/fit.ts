import type { BatchSource } from '../data/batch-source.ts';
import type { BatchStream } from '../data/batch-stream.ts';
import type { OptimizerSetup, TrainingModule } from '../hooks/training-module.ts';

/** What one fit works with. */
export interface Fit<Batch> {
  readonly module: TrainingModule<Batch>;
  readonly train: BatchStream<Batch>;
  readonly val: BatchSource<Batch> | undefined;
  readonly optimization: OptimizerSetup;
}
