import { join } from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import type { Callback } from '@limber/trainer';
import {
  createEarlyStopping,
  createEma,
  createLeakDetector,
  createLearningRateMonitor,
  createNanGuard,
  createStochasticWeightAveraging,
  createWeightHistograms,
} from '@limber/trainer';
import { namesLayer } from '../configuration/frozen-layers.ts';
import { writeBatchImages } from '../drawing/write-batch-images.ts';
import type { RunIdentity } from './run-identity.ts';

/**
 * The callbacks that a configuration asks for, but for checkpoints, progress and images.
 *
 * @param options.rank - of several processes: which one this is, from 0.
 * @param options.warn - is told what a person must see, in every process.
 */
export function createTrainingCallbacks(
  { config, skeleton }: Pick<RunIdentity, 'config' | 'skeleton'>,
  {
    workDir,
    rank,
    write,
    warn,
  }: {
    readonly workDir: string;
    readonly rank: number;
    readonly write: (line: string) => void;
    readonly warn: (line: string) => void;
  },
): Callback<KeypointBatch>[] {
  const { ema, swa, earlyStopping, logging, inputSize, frozen } = config;
  const [height, width] = inputSize;
  const everyNEpochs = logging.tensorboard?.histogramEveryEpochs ?? 0;
  const describe = async (batch: KeypointBatch, at: { step: number }): Promise<string> => {
    // each process has a part of its own of the batch
    const ofRank = rank === 0 ? '' : `-rank-${rank}`;
    const folder = join(workDir, `nan-at-step-${at.step}${ofRank}`);
    await writeBatchImages(folder, batch, { skeleton, inputSize: { height, width } });
    return folder;
  };
  return [
    ...(frozen.length === 0 ? [] : [createFrozenLayers(frozen)]),
    ...(ema === null ? [] : [createEma(ema)]),
    ...(swa === null ? [] : [createStochasticWeightAveraging(swa)]),
    ...(earlyStopping === null ? [] : [createEarlyStopping({ ...earlyStopping, write })]),
    ...(everyNEpochs === 0 ? [] : [createWeightHistograms({ everyNEpochs })]),
    createNanGuard<KeypointBatch>({ describe, write: warn }),
    createLearningRateMonitor(),
    ...(config.trainer.detectLeaks ? [createLeakDetector<KeypointBatch>()] : []),
  ];
}

/** Leaves layers as they are. @param frozen - patterns of their names. */
function createFrozenLayers(frozen: readonly string[]): Callback<KeypointBatch> {
  return { isFrozen: ({ name }) => frozen.some((pattern) => namesLayer(pattern, name)) };
}
