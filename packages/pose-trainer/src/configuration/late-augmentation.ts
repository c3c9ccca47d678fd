import { augmentationSchema } from '@limber/dataset-loader/augmentation';
import type { Augmentation } from '@limber/dataset-loader/augmentation';
import { z } from 'zod';
import { strictObject } from './strict-object.ts';

/** MMPose's second stage: a `PipelineSwitchHook` for the last epochs. */
export const lateAugmentationSchema = strictObject({
  lastEpochs: z.int().min(1).describe('How many of `epochs` at the end.'),
  augmentation: augmentationSchema
    .nullable()
    .describe('As `augmentation`, with its defaults; null leaves images as they are.'),
});

/** What the late augmentation is decided by. */
interface LateFields {
  readonly epochs: number;
  readonly lateAugmentation: {
    readonly lastEpochs: number;
    readonly augmentation: Augmentation | null;
  } | null;
}

/** From which epoch on which augmentation takes over, as the loader wants it; null: none does. */
export function lateAugmentationOf({
  epochs,
  lateAugmentation: late,
}: LateFields): { readonly fromEpoch: number; readonly augmentation: Augmentation | null } | null {
  if (late === null) return null;
  return { fromEpoch: Math.max(0, epochs - late.lastEpochs), augmentation: late.augmentation };
}
