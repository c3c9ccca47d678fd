import { z } from 'zod';
import { strictObject } from './strict-object.ts';

/** Which optimizer, with PyTorch's names, meaning and defaults. */
export type OptimizerSettings =
  | {
      /** `adamw` shrinks the weights by themselves, `adam` through the gradient. */
      readonly type: 'adamw' | 'adam';
      /** At the end of the warm-up, for the whole batch; it does not scale with `batchSize`. */
      readonly learningRate: number;
      /** Per step, of kernels only: norms and biases are left alone. */
      readonly weightDecay: number;
      /** How long the averages of gradient and squared gradient last. */
      readonly betas: readonly [number, number];
    }
  | {
      readonly type: 'sgd';
      readonly learningRate: number;
      readonly weightDecay: number;
      readonly momentum: number;
    };

const learningRate = z.number().positive();
const beta = z.number().min(0).lt(1);
const decay = (value: number): z.ZodDefault<z.ZodNumber> => z.number().min(0).default(value);
const betas = z.tuple([beta, beta]).default([0.9, 0.999]);

const byType = z.discriminatedUnion('type', [
  strictObject({
    type: z.literal('adamw'),
    learningRate: learningRate.default(1e-3),
    weightDecay: decay(0.01),
    betas,
  }),
  strictObject({
    type: z.literal('adam'),
    learningRate: learningRate.default(1e-3),
    weightDecay: decay(0),
    betas,
  }),
  strictObject({
    type: z.literal('sgd'),
    learningRate: learningRate.default(0.1),
    weightDecay: decay(0),
    momentum: beta.default(0.9),
  }),
]);

/** AdamW at 0.001 unless said otherwise. */
export const optimizerConfigSchema: z.ZodType<OptimizerSettings> = z.preprocess(
  withDefaultType('adamw'),
  byType,
);

/** Lets `{ learningRate: 0.01 }` or nothing at all stand for the default type. */
export function withDefaultType(type: string): (value: unknown) => unknown {
  return (value) => {
    if (value === undefined) return { type };
    const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isRecord && !('type' in value) ? { type, ...value } : value;
  };
}
