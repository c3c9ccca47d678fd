import { z } from 'zod';
import { strictObject } from './strict-object.ts';

/** Stochastic weight averaging; each field is described in {@link swaConfigSchema}. */
export interface SwaSettings {
  readonly swaLrs: number;
  readonly swaEpochStart: number;
  readonly annealingEpochs: number;
  readonly annealingStrategy: 'cos' | 'linear';
}

/** Lightning's arguments and defaults. */
export const swaConfigSchema: z.ZodType<SwaSettings> = strictObject({
  swaLrs: z.number().positive().describe('Learning rate of the epochs that are averaged.'),
  swaEpochStart: z
    .number()
    .positive()
    .default(0.8)
    .describe('First epoch that is averaged, counted from 0, or a fraction of all below 1.'),
  annealingEpochs: z.int().min(0).default(10).describe('Epochs in which the rate moves to swaLrs.'),
  annealingStrategy: z
    .enum(['cos', 'linear'])
    .default('cos')
    .describe('Along what the rate moves there.'),
});
