import { z } from 'zod';
import { oneOfTypes } from './one-of-types.ts';
import { strictObject } from './strict-object.ts';

/** Which optimizer, with PyTorch's names, meaning and defaults; each field is described in {@link optimizerConfigSchema}. */
export type OptimizerSettings =
  | {
      readonly type: 'adamw' | 'adam';
      readonly learningRate: number;
      readonly weightDecay: number;
      readonly betas: readonly [number, number];
    }
  | {
      readonly type: 'sgd';
      readonly learningRate: number;
      readonly weightDecay: number;
      readonly momentum: number;
    };

const beta = z.number().min(0).lt(1);
const learningRate = (value: number): z.ZodDefault<z.ZodNumber> =>
  z
    .number()
    .positive()
    .default(value)
    .describe('At the end of the warm-up, for the whole batch; it does not scale with batchSize.');
const weightDecay = (value: number): z.ZodDefault<z.ZodNumber> =>
  z
    .number()
    .min(0)
    .default(value)
    .describe('Per step, of kernels only: norms and biases are left alone.');
const betas = z
  .tuple([beta, beta])
  .default([0.9, 0.999])
  .describe('How long the averages of gradient and squared gradient last.');

/** AdamW at 0.001 unless said otherwise. */
export const optimizerConfigSchema: z.ZodType<OptimizerSettings> = z
  .discriminatedUnion(
    'type',
    [
      strictObject({
        type: z
          .literal('adamw')
          .optional()
          .default('adamw')
          .describe('Shrinks the weights by themselves (decoupled weight decay).'),
        learningRate: learningRate(1e-3),
        weightDecay: weightDecay(0.01),
        betas,
      }),
      strictObject({
        type: z.literal('adam').describe('Adds the weight decay to the gradient.'),
        learningRate: learningRate(1e-3),
        weightDecay: weightDecay(0),
        betas,
      }),
      strictObject({
        type: z.literal('sgd').describe('With momentum, as PyTorch has it.'),
        learningRate: learningRate(0.1),
        weightDecay: weightDecay(0),
        momentum: beta.default(0.9).describe('Share of the last update that the next one keeps.'),
      }),
    ],
    oneOfTypes('adamw', 'adam', 'sgd'),
  )
  .prefault({});
