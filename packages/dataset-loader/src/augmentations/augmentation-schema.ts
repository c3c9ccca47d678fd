import { z } from 'zod';
import type { Augmentation } from './augmentation.ts';
import type { Blur } from './blur.ts';
import type { CoarseDropout } from './coarse-dropout.ts';
import type { HalfBody } from './half-body.ts';
import { checkOrder, usualOrder } from './order.ts';
import type { PhotometricDistortion } from './photometric.ts';
import { probability, rangeOf } from './ranges.ts';
import type { YoloxHsv } from './yolox-hsv.ts';

export type { Augmentation } from './augmentation.ts';
export { ownFunctionsOf } from './order.ts';

const halfBodySchema: z.ZodType<HalfBody> = z.strictObject({
  probability: probability.default(0.3),
  minTotalKeypoints: z.number().int().min(1).default(9),
  minUpperKeypoints: z.number().int().min(1).default(2),
  minLowerKeypoints: z.number().int().min(1).default(3),
  padding: z.number().positive().default(1.5),
  upperPrioritizedProbability: probability.default(0.7),
});

const photometricSchema: z.ZodType<PhotometricDistortion> = z.strictObject({
  brightnessDelta: z.number().min(0).max(255).default(32),
  contrast: rangeOf(0, 10).default([0.5, 1.5]),
  saturation: rangeOf(0, 10).default([0.5, 1.5]),
  hueDelta: z.number().min(0).max(90).default(18),
});

const yoloxHsvSchema: z.ZodType<YoloxHsv> = z.strictObject({
  hueDelta: z.number().min(0).max(90).default(5),
  saturationDelta: z.number().min(0).max(255).default(30),
  valueDelta: z.number().min(0).max(255).default(30),
});

const coarseDropoutSchema: z.ZodType<CoarseDropout> = z.strictObject({
  probability: probability.default(1),
  holes: rangeOf(0, 100).default([1, 1]),
  size: rangeOf(0, 1).default([0.2, 0.4]),
});

const largestKernel = 31;
const odd = z
  .number()
  .int()
  .min(1)
  .max(largestKernel)
  .refine((side) => side % 2 === 1, 'expected an odd number');

const blurSchema: z.ZodType<Blur> = z.strictObject({
  probability: probability.default(0.1),
  kernelSize: z
    .tuple([odd, odd])
    .refine(([from, to]) => from <= to, 'expected [smallest, largest] with smallest <= largest')
    .default([3, 7]),
});

/** Checks an augmentation and fills in MMPose's defaults; unknown keys are errors. `parse({})` gives the defaults. */
export const augmentationSchema: z.ZodType<Augmentation> = z
  .strictObject({
    flipProbability: probability.default(0.5),
    halfBody: halfBodySchema.nullable().prefault({}),
    shift: z
      .strictObject({
        probability: probability.default(0.3),
        factor: z.number().min(0).max(1).default(0.16),
      })
      .prefault({}),
    scale: rangeOf(0.1, 10).default([0.5, 1.5]),
    scaleProbability: probability.default(1),
    rotation: z
      .strictObject({
        probability: probability.default(0.6),
        degrees: z.number().min(0).max(180).default(80),
      })
      .prefault({}),
    photometric: photometricSchema.nullable().default(null),
    hsv: yoloxHsvSchema.nullable().default(null),
    blur: blurSchema.nullable().default(null),
    medianBlur: blurSchema.nullable().default(null),
    coarseDropout: coarseDropoutSchema.nullable().default(null),
    order: z.array(z.string()).default([...usualOrder]),
  })
  .superRefine((augmentation, context) => {
    for (const { at, message } of checkOrder(augmentation)) {
      const path = at === null ? ['order'] : ['order', at];
      context.addIssue({ code: 'custom', path, input: augmentation.order, message });
    }
  });

/** MMPose's defaults for top-down heatmap training: flip, half body, shift, scale and rotation. */
export const defaultAugmentation: Augmentation = augmentationSchema.parse({});
