import os from 'node:os';
import type { Engine } from '@limber/engine';
import { createPeakMemory } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { BatchSource } from '../data/batch-source.ts';
import type { TrainingModule } from '../hooks/training-module.ts';
import { Trainer } from '../trainer.ts';
import { withWeightsRestored } from '../weights/with-weights-restored.ts';

/** How batch sizes are tried. Names and defaults are those of Lightning's BatchSizeFinder. */
export interface FindBatchSizeOptions<Batch> {
  readonly engine: Engine;
  /** Its weights are the same afterwards. */
  readonly module: TrainingModule<Batch>;
  /** A source of batches of this size. It is closed by the caller. */
  readonly sourceOf: (batchSize: number) => BatchSource<Batch>;
  /** `power` doubles until it fails; `binsearch` then narrows down. */
  readonly mode?: 'power' | 'binsearch';
  readonly stepsPerTrial?: number;
  readonly initVal?: number;
  readonly maxTrials?: number;
  /** A process that grows beyond this counts as failed; default: nine tenths of the memory that the machine or its container has. */
  readonly memoryLimitBytes?: number;
}

/** A part of the memory stays for the rest of the machine. */
const memoryShare = 0.9;

/**
 * Finds the largest batch that fits into memory, by training a few steps of each size. Nothing of it stays: weights are put
 * back, nothing is logged.
 *
 * A size fails if TensorFlow runs out of memory (on a GPU it says so), if the process grows beyond `memoryLimitBytes`, or if
 * the data do not fill one batch.
 *
 * @throws {LimberError} `limit-exceeded` if the first size fails.
 */
export async function findBatchSize<Batch>({
  engine,
  module,
  sourceOf,
  mode = 'power',
  stepsPerTrial = 3,
  initVal = 2,
  maxTrials = 25,
  memoryLimitBytes = memoryShare * availableMemory(),
}: FindBatchSizeOptions<Batch>): Promise<number> {
  const memory = createPeakMemory();
  // a peak that cannot be reset would count the larger sizes tried before
  const heldBytes = (): number => (memory.canReset ? memory.read() : process.memoryUsage.rss());
  const fits = async (batchSize: number): Promise<boolean> => {
    const train = sourceOf(batchSize);
    if (train.batchesPerEpoch === 0) return false;
    memory.reset();
    try {
      const options = { engine, maxSteps: stepsPerTrial, logEveryNSteps: stepsPerTrial + 1 };
      await new Trainer<Batch>(options).fit(module, { train });
    } catch (error) {
      if (isOutOfMemory(error)) return false;
      throw error;
    }
    return heldBytes() <= memoryLimitBytes;
  };
  return withWeightsRestored('always', { engine, module }, async () => {
    let [good, bad, size] = [0, Infinity, initVal];
    for (let trial = 0; trial < maxTrials && bad - good > 1; trial++) {
      if (await fits(size)) good = size;
      else bad = size;
      if (bad < Infinity && mode === 'power') break;
      size = bad === Infinity ? good * 2 : Math.floor((good + bad) / 2);
    }
    if (good > 0) return good;
    throw new LimberError('limit-exceeded', {
      where: 'findBatchSize',
      what: 'not even the first size fits',
      expected: 'a smaller initVal, or a smaller model',
      got: `initVal ${initVal}`,
    });
  });
}

/** Bytes; without a limit, `constrainedMemory` is 0 or larger than any machine. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}

/** TensorFlow says it in words, WebAssembly and WebGPU by a code. */
function isOutOfMemory(error: unknown): boolean {
  if (error instanceof LimberError && error.code === 'limit-exceeded') return true;
  const message = error instanceof Error ? error.message : String(error);
  return /\bOOM\b|out of memory|RESOURCE_EXHAUSTED|ResourceExhausted/i.test(message);
}
