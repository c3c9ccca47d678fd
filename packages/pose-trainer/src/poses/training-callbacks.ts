import { join } from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import type { Size } from '@limber/keypoints';
import { createEarlyStopping } from '@limber/trainer';
import { createEma } from '@limber/trainer';
import { createLeakDetector } from '@limber/trainer';
import { createLearningRateMonitor } from '@limber/trainer';
import { createNanGuard } from '@limber/trainer';
import { createStochasticWeightAveraging } from '@limber/trainer';
import { createWeightHistograms } from '@limber/trainer';
import type { Callback } from '@limber/trainer';
import type { RunIdentity } from './run-identity.ts';
import { writeBatchPictures } from './write-batch-pictures.ts';

/** The callbacks that a configuration asks for, but for checkpoints, progress and pictures. */
export function createTrainingCallbacks(
  { config, skeleton }: Pick<RunIdentity, 'config' | 'skeleton'>,
  workDir: string,
  write: (line: string) => void,
): Callback<KeypointBatch>[] {
  const { emaDecay, swa, earlyStopping, logging, inputSize } = config;
  const size: Size = { height: inputSize[0], width: inputSize[1] };
  const everyNEpochs = logging.tensorboard?.histogramEveryEpochs ?? 0;
  const describe = async (batch: KeypointBatch, at: { step: number }): Promise<string> => {
    const folder = join(workDir, `no-number-at-step-${at.step}`);
    await writeBatchPictures(folder, batch, skeleton, size);
    return folder;
  };
  return [
    ...(emaDecay === null ? [] : [createEma({ decay: emaDecay })]),
    ...(swa === null ? [] : [createStochasticWeightAveraging(swa)]),
    ...(earlyStopping === null ? [] : [createEarlyStopping({ ...earlyStopping, write })]),
    ...(everyNEpochs === 0 ? [] : [createWeightHistograms({ everyNEpochs })]),
    createNanGuard<KeypointBatch>({ describe, write }),
    createLearningRateMonitor(),
    ...(config.trainer.detectLeaks ? [createLeakDetector<KeypointBatch>()] : []),
  ];
}
