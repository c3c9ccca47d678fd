import path from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import type { Size } from '@limber/keypoints';
import { createEarlyStopping } from '../callbacks/early-stopping.ts';
import { createEma } from '../callbacks/ema.ts';
import { createLeakDetector } from '../callbacks/leak-detector.ts';
import { createLearningRateMonitor } from '../callbacks/learning-rate-monitor.ts';
import { createNanGuard } from '../callbacks/nan-guard.ts';
import { createStochasticWeightAveraging } from '../callbacks/stochastic-weight-averaging.ts';
import { createWeightHistograms } from '../callbacks/weight-histograms.ts';
import type { Callback } from '../hooks/callback.ts';
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
    const folder = path.join(workDir, `no-number-at-step-${at.step}`);
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
