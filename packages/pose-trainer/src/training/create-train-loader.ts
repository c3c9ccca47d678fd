import type { KeypointDataset, LoaderOptions, MixedDataset } from '@limber/dataset-loader';
import { KeypointLoader } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { PoseModel } from '@limber/model-zoo';
import { lateAugmentationOf } from '../configuration/late-augmentation.ts';
import type { TrainConfig } from '../configuration/train-config.ts';
import { prefetchOf } from '../prediction/predict-keypoints.ts';

/**
 * The batches that this process trains on: all of them, or its part of each.
 *
 * @throws {LimberError} `invalid-config` if a batch cannot be divided among the processes.
 */
export function createTrainLoader(
  dataset: KeypointDataset | MixedDataset,
  { codec }: PoseModel,
  {
    config,
    folder,
    onSkip,
    collectives,
  }: { readonly config: TrainConfig; readonly folder: string } & Pick<
    Required<LoaderOptions>,
    'onSkip'
  > &
    Pick<Engine, 'collectives'>,
): KeypointLoader {
  const { seed, augmentation, workers } = config;
  const { rank, worldSize } = collectives ?? { rank: 0, worldSize: 1 };
  checkShare(config, worldSize, dataset);
  const batchSize = config.batchSize / worldSize;
  const prefetch = prefetchOf(workers);
  const dropLast = dataset.epochLength > config.batchSize;
  const order = { batchSize, seed, shuffle: true, dropLast };
  const lateAugmentation = lateAugmentationOf(config);
  return new KeypointLoader(dataset, {
    ...toleranceOf(config),
    ...order,
    rank,
    worldSize,
    codec,
    augmentation,
    lateAugmentation,
    folder,
    workers,
    prefetch,
    onSkip,
  });
}

/** Several ranks take equal parts of every batch. */
function checkShare(
  { batchSize }: Pick<TrainConfig, 'batchSize'>,
  worldSize: number,
  { epochLength, folder }: KeypointDataset | MixedDataset,
): void {
  if (worldSize === 1 || (batchSize % worldSize === 0 && epochLength >= batchSize)) return;
  throw new LimberError('invalid-config', {
    where: 'batchSize',
    what: `${worldSize} processes take equal parts of a batch`,
    expected: `a multiple of ${worldSize}, of at most the ${epochLength} persons in ${folder}`,
    got: `${batchSize}`,
  });
}

/** What a loader puts up with. */
export function toleranceOf({
  onBadSample,
  skipLimit,
  workerTimeoutSeconds,
}: TrainConfig): Pick<LoaderOptions, 'onBadSample' | 'skipLimit' | 'workerTimeoutMs'> {
  return {
    onBadSample,
    ...(skipLimit === null ? {} : { skipLimit }),
    workerTimeoutMs: Math.ceil(workerTimeoutSeconds * 1000),
  };
}
