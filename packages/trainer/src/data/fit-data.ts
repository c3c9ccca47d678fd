import type { BatchSource } from './batch-source.ts';

/** What `fit` reads. */
export interface FitData<Batch> {
  readonly train: BatchSource<Batch>;
  /** Without it, or without a `validationStep`, there is no validation. */
  readonly val?: BatchSource<Batch>;
}
