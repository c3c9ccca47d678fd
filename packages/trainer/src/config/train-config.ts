import { type Augmentation, augmentationSchema } from '@limber/dataset-loader/augmentation';
import { z } from 'zod';
import { optimizerConfigSchema, type OptimizerSettings } from './optimizer-config.ts';
import { scheduleConfigSchema, type ScheduleSettings } from './schedule-config.ts';
import { strictObject } from './strict-object.ts';

/** Everything that decides what a training computes. Defaults stand in {@link trainConfigSchema}. */
export interface TrainConfig {
  /** Name of an architecture, such as `simplebaseline-resnet18`. */
  readonly model: string;
  /** What the model sees: [height, width] in pixels. */
  readonly inputSize: readonly [height: number, width: number];
  /**
   * Passes over the training split. The one parameter that extends: raised, a finished training goes on from its
   * checkpoint. The cosine schedule is then taken over the new total, from the resumed step on.
   */
  readonly epochs: number;
  /** Persons in one optimizer step. The last, smaller batch of an epoch is left out. */
  readonly batchSize: number;
  readonly optimizer: OptimizerSettings;
  readonly schedule: ScheduleSettings;
  /** Largest global norm of the gradients; a larger one is scaled down to it. null leaves them alone. */
  readonly gradientClip: number | null;
  /** How training pictures are varied; null shows each as it is. */
  readonly augmentation: Augmentation | null;
  /** `bf16-mixed` computes convolutions in bfloat16 and keeps weights in float32; `auto` does so where it is faster. */
  readonly precision: '32' | 'bf16-mixed' | 'auto';
  /** Initial weights, order and augmentation follow from it. */
  readonly seed: number;
  /** Share of the old average that each step keeps, such as 0.999; the averaged weights are validated and kept. null: no average. */
  readonly emaDecay: number | null;
  /** Which weights become the model: those of the best validation AP, or those of the last step. */
  readonly keep: 'best' | 'last';
  /** Optimizer steps between lines of metrics.jsonl. */
  readonly logEverySteps: number;
  readonly validateEveryEpochs: number;
  /** Optimizer steps between checkpoints. Has no effect on the result. */
  readonly checkpointEverySteps: number;
  /** Threads that prepare batches; 0 prepares them in the main thread. Has no effect on the result. */
  readonly workers: number;
}

/** The default of every field of {@link TrainConfig}, and its bounds. Unknown keys are refused. */
export const trainConfigSchema: z.ZodType<TrainConfig> = strictObject({
  model: z.string().min(1),
  inputSize: z.tuple([z.int().min(32).max(4096), z.int().min(32).max(4096)]).default([256, 192]),
  epochs: z.int().min(1).default(20),
  batchSize: z.int().min(1).default(32),
  optimizer: optimizerConfigSchema,
  schedule: scheduleConfigSchema,
  gradientClip: z.number().positive().nullable().default(null),
  augmentation: augmentationSchema.nullable().prefault({}),
  precision: z.enum(['32', 'bf16-mixed', 'auto']).default('auto'),
  seed: z.int().default(0),
  emaDecay: z.number().gt(0).lt(1).nullable().default(null),
  keep: z.enum(['best', 'last']).default('best'),
  logEverySteps: z.int().min(1).default(10),
  validateEveryEpochs: z.int().min(1).default(1),
  checkpointEverySteps: z.int().min(1).default(100),
  workers: z.int().min(0).max(64).default(2),
});
