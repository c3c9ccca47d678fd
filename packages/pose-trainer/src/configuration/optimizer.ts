import { z } from 'zod';
import { expectedTypes, strictObject } from './strict-object.ts';

const beta = z.number().min(0).lt(1);
const learningRate = (value: number) =>
  z
    .number()
    .positive()
    .default(value)
    .describe('At the end of the warm-up, for the whole batch; it does not scale with batchSize.');
const weightDecay = (value: number) =>
  z
    .number()
    .min(0)
    .default(value)
    .describe(
      'Per step, of kernels only: norms, biases and the positions of a transformer do not decay.',
    );
const betas = z
  .tuple([beta, beta])
  .default([0.9, 0.999])
  .describe('How long the averages of gradient and squared gradient last.');

/** Which optimizer, with PyTorch's names, meaning and defaults; AdamW at 0.001 by default. */
export const optimizerSchema = z
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
        type: z.literal('sgd').describe('With momentum, as in PyTorch.'),
        learningRate: learningRate(0.1),
        weightDecay: weightDecay(0),
        momentum: beta.default(0.9).describe('Share of the last update that the next one keeps.'),
      }),
    ],
    expectedTypes('adamw', 'adam', 'sgd'),
  )
  .prefault({});
