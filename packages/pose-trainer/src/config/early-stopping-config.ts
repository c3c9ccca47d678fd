import { z } from 'zod';
import { strictObject } from './strict-object.ts';

/** When training ends early; each field is described in {@link earlyStoppingConfigSchema}. */
export interface EarlyStoppingSettings {
  readonly monitor: string;
  readonly mode: 'min' | 'max';
  readonly patience: number;
  readonly minDelta: number;
  readonly stoppingThreshold: number | null;
  readonly divergenceThreshold: number | null;
}

/** Lightning's arguments; by default it watches the validation AP. */
export const earlyStoppingConfigSchema: z.ZodType<EarlyStoppingSettings> = strictObject({
  monitor: z.string().min(1).default('val/AP').describe('The metric that decides.'),
  mode: z.enum(['min', 'max']).default('max').describe('What is better in it.'),
  patience: z
    .int()
    .min(1)
    .default(3)
    .describe('Validations (not epochs) without improvement that end the training.'),
  minDelta: z.number().min(0).default(0).describe('Less than this is no improvement.'),
  stoppingThreshold: z
    .number()
    .nullable()
    .default(null)
    .describe('Better than this is good enough: training ends.'),
  divergenceThreshold: z
    .number()
    .nullable()
    .default(null)
    .describe('Worse than this will not recover: training ends.'),
});
