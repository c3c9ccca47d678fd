import type { Profiler } from '../profiling/profiler.ts';
import type { BatchSource } from './batch-source.ts';

/** Batches of one source, epoch after epoch, with the start of the next epoch got ready early. */
export interface BatchStream<Batch> {
  /** How long the reader has waited for batches. */
  readonly waitMs: number;
  /** @param fromBatch - how many batches to leave out at the start. */
  batches(epoch: number, fromBatch?: number): AsyncGenerator<Batch, void, undefined>;
  /** Lets the source begin with an epoch, while the end of another is still being processed. */
  prepare(epoch: number): Promise<void>;
  /** Frees what was prepared and not read. */
  close(): Promise<void>;
}

interface Prepared<Batch> {
  readonly epoch: number;
  readonly iterator: AsyncIterator<Batch>;
  readonly first: Promise<IteratorResult<Batch>>;
}

/**
 * Reads a source without a gap between epochs: workers would otherwise stand still during validation.
 *
 * @param now - milliseconds from any start.
 * @param profiler - started and stopped around every wait.
 */
export function createBatchStream<Batch>(
  source: BatchSource<Batch>,
  now: () => number,
  profiler: Profiler | null,
): BatchStream<Batch> {
  let waitMs = 0;
  let prepared: Prepared<Batch> | null = null;

  const close = async (): Promise<void> => {
    const before = prepared;
    prepared = null;
    await before?.iterator.return?.();
  };

  const take = async (
    epoch: number,
    fromBatch: number,
  ): Promise<Omit<Prepared<Batch>, 'epoch'>> => {
    if (prepared?.epoch === epoch && fromBatch === 0) {
      const taken = prepared;
      prepared = null;
      return taken;
    }
    await close();
    const iterator = source.batches(epoch, fromBatch)[Symbol.asyncIterator]();
    return { iterator, first: iterator.next() };
  };

  return {
    get waitMs() {
      return waitMs;
    },
    async *batches(epoch, fromBatch = 0) {
      const { iterator, first } = await take(epoch, fromBatch);
      try {
        for (let next: Promise<IteratorResult<Batch>> | null = first; ;) {
          const start = now();
          profiler?.start('dataWait');
          const result = await (next ?? iterator.next());
          profiler?.stop('dataWait');
          waitMs += now() - start;
          if (result.done === true) return;
          next = null;
          yield result.value;
        }
      } finally {
        await iterator.return?.();
      }
    },
    prepare: async (epoch) => {
      await close();
      const iterator = source.batches(epoch)[Symbol.asyncIterator]();
      const first = iterator.next();
      // a failure is thrown when its turn comes; until then it must not count as unhandled
      first.catch(() => undefined);
      prepared = { epoch, iterator, first };
    },
    close,
  };
}
