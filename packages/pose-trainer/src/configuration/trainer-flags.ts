import { defaultFlags } from '@limber/trainer/flags';
import { z } from 'zod';
import { strategyFields } from './strategy.ts';
import { strictObject } from './strict-object.ts';

const count = z.int().min(0);
const fraction = z.number().min(0).max(1).describe('A part of all batches.');
const limit = z.union([count, strictObject({ fraction })]);

/** Flags of the Trainer, under Lightning's names and with the Trainer's defaults, but for `precision` and `logEveryNSteps`. */
export const trainerFlagsSchema = strictObject({
  ...strategyFields,
  minEpochs: count
    .default(defaultFlags.minEpochs)
    .describe('Epochs that early stopping does not cut short.'),
  maxSteps: z
    .int()
    .min(-1)
    .default(defaultFlags.maxSteps)
    .describe('Most optimizer steps; -1: no limit.'),
  minSteps: count
    .default(defaultFlags.minSteps)
    .describe('Optimizer steps that early stopping does not cut short.'),
  maxTime: z
    .string()
    .regex(
      /^\d+:([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
      "expected a time as 'DD:HH:MM:SS', such as '00:12:00:00'",
    )
    .nullable()
    .default(null)
    .describe(
      "Training time, over all interruptions, as 'DD:HH:MM:SS'; null: no limit. A training that it ended does not go on if it is raised.",
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
    .default(defaultFlags.overfitBatches)
    .describe('The same few batches in every epoch: a model that cannot learn them has a fault.'),
  valCheckInterval: limit
    .default(defaultFlags.valCheckInterval)
    .describe('Training batches between validations, as a count or { fraction } of an epoch.'),
  checkValEveryNEpoch: z
    .int()
    .min(1)
    .nullable()
    .default(defaultFlags.checkValEveryNEpoch)
    .describe('Epochs between validations; null: valCheckInterval counts batches of all epochs.'),
  numSanityValSteps: z
    .int()
    .min(-1)
    .default(defaultFlags.numSanityValSteps)
    .describe('Validation batches before the first epoch, to find faults there early; -1: all.'),
  accumulateGradBatches: z
    .int()
    .min(1)
    .default(defaultFlags.accumulateGradBatches)
    .describe('Batches whose mean gradient makes one optimizer step.'),
  gradientClipVal: z
    .number()
    .positive()
    .nullable()
    .default(defaultFlags.gradientClipVal)
    .describe('Larger gradients are scaled down to this; null: none.'),
  gradientClipAlgorithm: z
    .enum(['norm', 'value'])
    .default(defaultFlags.gradientClipAlgorithm)
    .describe('Whether gradientClipVal limits the global norm, or each number.'),
  logEveryNSteps: z
    .int()
    .min(1)
    .default(10)
    .describe('Optimizer steps between lines of metrics.jsonl.'),
  precision: z
    .enum(['32', 'bf16-mixed', 'auto'])
    .default('auto')
    .describe(
      'bf16-mixed computes convolutions in bfloat16 and keeps weights in float32; auto does so where it is faster.',
    ),
  deterministic: z
    .union([z.boolean(), z.literal('warn')])
    .default(defaultFlags.deterministic)
    .describe('Refuses (true) or warns of (warn) an engine whose results differ from run to run.'),
  fastDevRun: z
    .union([z.boolean(), z.int().min(1)])
    .default(defaultFlags.fastDevRun)
    .describe('Runs 1 (true) or n batches of everything, without logs and checkpoints.'),
  detectAnomaly: z
    .boolean()
    .default(defaultFlags.detectAnomaly)
    .describe('Checks the gradients of every step, and names the first that is NaN.'),
  detectLeaks: z
    .boolean()
    .default(false)
    .describe('Not one of Lightning: ends at the first step that leaves a tensor behind.'),
}).prefault({});
