import { z } from 'zod';
import type { Augmentation } from './augmentation.ts';
import { blurSchema } from './blur.ts';
import { coarseDropoutSchema } from './coarse-dropout.ts';
import { halfBodySchema } from './half-body.ts';
import { checkOrder, usualOrder } from './order.ts';
import { photometricSchema } from './photometric.ts';
import { probability, rangeOf } from './ranges.ts';
import { yoloxHsvSchema } from './yolox-hsv.ts';

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
