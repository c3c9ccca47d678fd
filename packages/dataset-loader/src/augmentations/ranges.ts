import { z } from 'zod';

/** How often something happens, 0 to 1. */
export const probability: z.ZodNumber = z.number().min(0).max(1);

/** A range [low, high] within limits. */
export const rangeOf = (low: number, high: number): z.ZodType<readonly [number, number]> =>
  z
    .tuple([z.number().min(low).max(high), z.number().min(low).max(high)])
    .refine(([from, to]) => from <= to, 'expected [low, high] with low <= high');
