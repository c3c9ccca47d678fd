import { z } from 'zod';
import { strictObject } from './strict-object.ts';

/** Lightning's `EMAWeightAveraging`. */
const emaSchema = strictObject({
  decay: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.999)
    .describe('Share of the old average that each step keeps.'),
});

/** Lightning's `StochasticWeightAveraging`, with its arguments and defaults. */
const swaSchema = strictObject({
  swaLrs: z.number().positive().describe('Learning rate of the epochs that are averaged.'),
  swaEpochStart: z
    .number()
    .positive()
    .default(0.8)
    .describe('First epoch that is averaged, counted from 0, or a fraction of all below 1.'),
  annealingEpochs: z
    .int()
    .min(0)
    .default(10)
    .describe('Epochs in which the learning rate moves to swaLrs.'),
  annealingStrategy: z
    .enum(['cos', 'linear'])
    .default('cos')
    .describe('The curve along which it moves.'),
});

/** Lightning's `EarlyStopping`, with its arguments and defaults, but for the metric. */
const earlyStoppingSchema = strictObject({
  monitor: z.string().min(1).default('val/AP').describe('The metric that decides.'),
  mode: z
    .enum(['min', 'max'])
    .default('max')
    .describe('Whether a smaller or a larger value is better.'),
  patience: z
    .int()
    .min(1)
    .default(3)
    .describe('Validations (not epochs) without improvement that end the training.'),
  minDelta: z.number().min(0).default(0).describe('A smaller change is no improvement.'),
  stoppingThreshold: z
    .number()
    .nullable()
    .default(null)
    .describe('Training ends once the metric is better than this.'),
  divergenceThreshold: z
    .number()
    .nullable()
    .default(null)
    .describe('Training ends once the metric is worse than this.'),
});

/** Lightning's `ModelCheckpoint`: what of it has no effect on the result. */
const checkpointSchema = strictObject({
  everyNTrainSteps: z.int().min(1).default(100).describe('Optimizer steps between checkpoints.'),
});

/** The callbacks that a configuration can ask for. `createTrainingCallbacks` creates them. */
export const callbackFields = {
  ema: emaSchema
    .nullable()
    .default(null)
    .describe(
      'Averages the weights over the steps; the averages are validated and kept. null: no.',
    ),
  swa: swaSchema
    .nullable()
    .default(null)
    .describe('Averages the weights of the last epochs, which then become the model. null: no.'),
  earlyStopping: earlyStoppingSchema
    .nullable()
    .default(null)
    .describe('Ends a training that no longer gets better; null: never.'),
  checkpoint: checkpointSchema
    .prefault({})
    .describe('Where a training that was interrupted goes on. No effect on the result.'),
};
