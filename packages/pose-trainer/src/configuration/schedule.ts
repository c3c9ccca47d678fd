import { z } from 'zod';
import { expectedTypes, strictObject } from './strict-object.ts';

const factor = z.number().min(0).max(1);
const warmup = {
  warmupSteps: z
    .int()
    .min(0)
    .default(0)
    .describe('Optimizer steps over which the learning rate grows to its full size.'),
  warmupFactor: factor
    .default(0.001)
    .describe("Factor on the learning rate at the first step (MMPose's start_factor)."),
};

/** How the learning rate changes, by optimizer step; a cosine to 0 without warm-up by default. */
export const scheduleSchema = z
  .discriminatedUnion(
    'type',
    [
      strictObject({
        type: z
          .literal('cosine')
          .optional()
          .default('cosine')
          .describe('Half a cosine over the whole training.'),
        endFactor: factor
          .default(0)
          .describe('What is left of the learning rate at the end, as a factor.'),
        startFraction: z
          .number()
          .min(0)
          .lt(1)
          .default(0)
          .describe('Part of the training over which it stays at its full size before.'),
        ...warmup,
      }),
      strictObject({
        type: z.literal('constant').describe('The same learning rate at every step.'),
        ...warmup,
      }),
      strictObject({
        type: z.literal('multistep').describe('Steps down at the start of the given epochs.'),
        milestoneEpochs: z.array(z.int().min(1)).min(1).describe('In epochs that are done.'),
        factor: z.number().positive().default(0.1).describe('What each step multiplies by.'),
        ...warmup,
      }),
    ],
    expectedTypes('cosine', 'constant', 'multistep'),
  )
  .prefault({});
