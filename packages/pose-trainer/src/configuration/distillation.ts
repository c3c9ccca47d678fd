import { z } from 'zod';
import { strictObject } from './strict-object.ts';

/** What a student learns of a teacher. */
export const distillationSchema = strictObject({
  teacher: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'The folder of a trained model, or movenet-lightning or movenet-thunder as published. null: the model that a pipeline ' +
        'gives the stage as its input teacher.',
    ),
  alpha: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'The share of the distillation loss; that of the labels is 1 - alpha. 1: from the teacher alone; 0: from the labels alone.',
    ),
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe(
      'What teacher and student are divided by before their softmax, for the losses cross-entropy and kl-divergence: above 1, the ' +
        'less likely places count for more.',
    ),
});
