import { z } from 'zod';
import { strictObject } from './strict-object.ts';

/** Flags of the Trainer under Lightning's names; each is described in {@link trainerConfigSchema}. */
export interface TrainerSettings {
  readonly minEpochs: number;
  readonly maxSteps: number;
  readonly minSteps: number;
  readonly maxTime: string | null;
  readonly limitTrainBatches: number | { readonly fraction: number } | null;
  readonly limitValBatches: number | { readonly fraction: number } | null;
  readonly overfitBatches: number | { readonly fraction: number };
  readonly valCheckInterval: number | { readonly fraction: number };
  readonly numSanityValSteps: number;
  readonly accumulateGradBatches: number;
  readonly gradientClipAlgorithm: 'norm' | 'value';
  readonly detectAnomaly: boolean;
  readonly detectLeaks: boolean;
  readonly deterministic: boolean | 'warn';
  readonly fastDevRun: boolean | number;
}

const count = z.int().min(0);
const fraction = z.number().min(0).max(1).describe('A part of all batches.');
const limit = z.union([count, strictObject({ fraction })]);

/** Every flag has Lightning's default, and unknown ones are refused. */
export const trainerConfigSchema: z.ZodType<TrainerSettings> = strictObject({
  minEpochs: count.default(0).describe('Epochs that early stopping does not cut short.'),
  maxSteps: z.int().min(-1).default(-1).describe('Optimizer steps at most; -1: no limit.'),
  minSteps: count.default(0).describe('Optimizer steps that early stopping does not cut short.'),
  maxTime: z
    .string()
    .nullable()
    .default(null)
    .describe(
      "Training time, over all interruptions, as 'DD:HH:MM:SS'; null: no limit. Raised after it ended a training, that one does not go on.",
    ),
  limitTrainBatches: limit
    .nullable()
    .default(null)
    .describe('Batches of an epoch, as a count or { fraction }; null: all.'),
  limitValBatches: limit
    .nullable()
    .default(null)
    .describe('Batches of a validation, as a count or { fraction }; null: all.'),
  overfitBatches: limit
    .default(0)
    .describe('The same few batches in every epoch: a model that cannot learn them has a fault.'),
  valCheckInterval: limit
    .default({ fraction: 1 })
    .describe('Training batches between validations, as a count or { fraction } of an epoch.'),
  numSanityValSteps: z
    .int()
    .min(-1)
    .default(2)
    .describe('Validation batches before the first epoch, to find faults there early; -1: all.'),
  accumulateGradBatches: z
    .int()
    .min(1)
    .default(1)
    .describe('Batches whose mean gradient makes one optimizer step.'),
  gradientClipAlgorithm: z
    .enum(['norm', 'value'])
    .default('norm')
    .describe('Whether gradientClip limits the global norm, or each number.'),
  detectAnomaly: z
    .boolean()
    .default(false)
    .describe('Looks at the gradients of every step, and names the first that is no number.'),
  detectLeaks: z
    .boolean()
    .default(false)
    .describe('Ends at the first step that leaves a tensor behind, naming the line that made it.'),
  deterministic: z
    .union([z.boolean(), z.literal('warn')])
    .default(false)
    .describe('Refuses (true) or warns of (warn) an engine whose results differ from run to run.'),
  fastDevRun: z
    .union([z.boolean(), z.int().min(1)])
    .default(false)
    .describe('Runs 1 (true) or n batches of everything, without logs and checkpoints.'),
}).prefault({});
