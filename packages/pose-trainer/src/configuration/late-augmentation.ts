import { augmentationSchema } from '@limber/dataset-loader/augmentation';
import { z } from 'zod';
import { strictObject } from './strict-object.ts';

/** MMPose's second stage: a `PipelineSwitchHook` for the last epochs. */
export const lateAugmentationSchema = strictObject({
  lastEpochs: z.int().min(1).describe('How many of `epochs` at the end.'),
  augmentation: augmentationSchema
    .nullable()
    .describe('As `augmentation`, with its defaults; null leaves images as they are.'),
});
