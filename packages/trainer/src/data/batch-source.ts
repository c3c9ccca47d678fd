/** What a fit reads: the same batches for the same epoch, whenever and from wherever they are asked for. */
export interface BatchSource<Batch> {
  /** Infinity: not known beforehand; then there are no fractions of an epoch, and the length of the fit is `maxSteps` alone. */
  readonly batchesPerEpoch: number;
  /** @param fromBatch - how many batches to leave out at the start, in no time. */
  batches(epoch: number, fromBatch?: number): AsyncIterable<Batch>;
}

/** One source, or several that are gone over one after another. */
export type BatchSources<Batch> = BatchSource<Batch> | readonly BatchSource<Batch>[];

/** What `fit` reads. */
export interface FitData<Batch> {
  readonly train: BatchSource<Batch>;
  /** Without it, or without a `validationStep`, there is no validation. */
  readonly val?: BatchSources<Batch>;
}

/** Each of the sources; by default none. */
export function listSources<Batch>(
  sources: BatchSources<Batch> = [],
): readonly BatchSource<Batch>[] {
  return 'batches' in sources ? [sources] : sources;
}
