import type { Augmentation } from '@limber/dataset-loader/augmentation';
import { augmentationSchema } from '@limber/dataset-loader/augmentation';
import { z } from 'zod';
import type { SwaSettings } from './averaging-config.ts';
import { swaConfigSchema } from './averaging-config.ts';
import type { EarlyStoppingSettings } from './early-stopping-config.ts';
import { earlyStoppingConfigSchema } from './early-stopping-config.ts';
import type { LoggingSettings } from './logging-config.ts';
import { loggingConfigSchema } from './logging-config.ts';
import type { OptimizerSettings } from './optimizer-config.ts';
import { optimizerConfigSchema } from './optimizer-config.ts';
import { applyPreset, presetNames } from './presets.ts';
import type { ScheduleSettings } from './schedule-config.ts';
import { scheduleConfigSchema } from './schedule-config.ts';
import { strictObject } from './strict-object.ts';
import type { TrainerSettings } from './trainer-config.ts';
import { trainerConfigSchema } from './trainer-config.ts';

/** Everything that decides what a training computes; each field is described, with its default, in {@link trainConfigSchema}. */
export interface TrainConfig {
  readonly model: string;
  readonly inputSize: readonly [height: number, width: number];
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleSettings;
  readonly gradientClip: number | null;
  readonly augmentation: Augmentation | null;
  readonly precision: '32' | 'bf16-mixed' | 'auto';
  readonly seed: number;
  readonly emaDecay: number | null;
  readonly swa: SwaSettings | null;
  readonly earlyStopping: EarlyStoppingSettings | null;
  readonly keep: 'best' | 'last';
  readonly logEverySteps: number;
  readonly validateEveryEpochs: number;
  readonly checkpointEverySteps: number;
  readonly flipTest: boolean;
  readonly workers: number;
  readonly trainer: TrainerSettings;
  readonly logging: LoggingSettings;
}

const side = z.int().min(32).max(4096);

const fields = {
  model: z
    .string()
    .min(1)
    .describe('Name of an architecture, such as simplebaseline-resnet18; a preset brings its own.'),
  inputSize: z
    .tuple([side, side])
    .default([256, 192])
    .describe('What the model sees: [height, width] in pixels.'),
  epochs: z
    .int()
    .min(1)
    .default(20)
    .describe(
      'Passes over the training split. Raised, a finished training goes on from its checkpoint; a cosine is then taken ' +
        'over the new total, from the resumed step on. A training that early stopping or maxTime ended does not go on.',
    ),
  batchSize: z
    .int()
    .min(1)
    .default(32)
    .describe('Persons in one batch. The last, smaller batch of an epoch is left out.'),
  optimizer: optimizerConfigSchema.describe('What changes the weights: adamw, adam or sgd.'),
  schedule: scheduleConfigSchema.describe('How the learning rate changes over the training.'),
  gradientClip: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Largest global norm of the gradients: larger ones are scaled down. null: none.'),
  augmentation: augmentationSchema
    .nullable()
    .prefault({})
    .describe('How training pictures are varied; null shows each as it is.'),
  precision: z
    .enum(['32', 'bf16-mixed', 'auto'])
    .default('auto')
    .describe(
      'bf16-mixed computes convolutions in bfloat16 and keeps weights in float32; auto does so where it is faster.',
    ),
  seed: z.int().default(0).describe('Initial weights, order and augmentation follow from it.'),
  emaDecay: z
    .number()
    .gt(0)
    .lt(1)
    .nullable()
    .default(null)
    .describe(
      'Share of the old average that each step keeps, such as 0.999; the averaged weights are validated and kept. null: no average.',
    ),
  swa: swaConfigSchema
    .nullable()
    .default(null)
    .describe('Averages the weights of the last epochs, which then become the model. null: no.'),
  earlyStopping: earlyStoppingConfigSchema
    .nullable()
    .default(null)
    .describe('Ends a training that no longer gets better; null: never.'),
  keep: z
    .enum(['best', 'last'])
    .default('best')
    .describe('Which weights become the model: of the best validation AP, or of the last step.'),
  logEverySteps: z
    .int()
    .min(1)
    .default(10)
    .describe('Optimizer steps between lines of metrics.jsonl.'),
  validateEveryEpochs: z.int().min(1).default(1).describe('Epochs between validations.'),
  checkpointEverySteps: z
    .int()
    .min(1)
    .default(100)
    .describe('Optimizer steps between checkpoints. Has no effect on the result.'),
  flipTest: z
    .boolean()
    .default(false)
    .describe('Averages each prediction of a validation with that of the mirror image.'),
  workers: z
    .int()
    .min(0)
    .max(64)
    .default(2)
    .describe('Threads that prepare batches; 0: the main thread. Has no effect on the result.'),
  trainer: trainerConfigSchema.describe("Flags of the Trainer, under Lightning's names."),
  logging: loggingConfigSchema.describe('Logs besides metrics.jsonl. No effect on the result.'),
};

const known = strictObject(fields);

/**
 * Checks a configuration and fills in defaults. Unknown keys are refused with the nearest name. A `preset` stands for the
 * fields of a recipe, and whatever else is given overrides them.
 */
export const trainConfigSchema: z.ZodType<TrainConfig> = z.preprocess(applyPreset, known);

/** The configuration as JSON Schema (draft 2020-12), as it is written, for editors: they complete YAML with it. */
export function trainConfigJsonSchema(): Record<string, unknown> {
  const preset = z.enum(presetNames).optional();
  const written = strictObject({
    preset: preset.describe("A model's recipe: all of its fields, which others override."),
    ...fields,
    model: fields.model.optional(),
  });
  return z.toJSONSchema(written, { io: 'input', unrepresentable: 'any' });
}
