import { dirname } from 'node:path';
import type { Size } from '@limber/keypoints';
import type { SampleLook } from './sample-maker.ts';

/** What a user says about how persons are varied. */
export interface LookOptions {
  /** The training file whose inputSize and augmentation are taken. */
  readonly train?: string;
  readonly seed: number;
}

/**
 * How a training sees persons: as its file says, else as MMPose varies them by default.
 *
 * @returns by the input size to take where no file says one.
 * @throws {LimberError} as `readTrainFile`.
 */
export async function readLook({
  train,
  seed,
}: LookOptions): Promise<(packed: Size) => SampleLook> {
  if (train === undefined) {
    const { defaultAugmentation } = await import('@limber/dataset-loader/augmentation');
    return (inputSize) => ({ inputSize, seed, augmentation: defaultAugmentation });
  }
  const { readTrainFile } = await import('../commands/train/train-file.ts');
  const { lateAugmentationOf } = await import('@limber/pose-trainer/config');
  const { train: config } = await readTrainFile(train);
  const [height, width] = config.inputSize;
  const look = {
    inputSize: { height, width },
    seed,
    augmentation: config.augmentation,
    lateAugmentation: lateAugmentationOf(config),
    folder: dirname(train),
  };
  return () => look;
}
