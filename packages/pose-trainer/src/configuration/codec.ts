import { z } from 'zod';
import { expectedTypes, strictObject } from './strict-object.ts';

const positive = z.number().positive();

const heatmapFields = {
  sigmaPx: positive
    .exactOptional()
    .describe(
      'Radius of the Gaussians in heatmap pixels; by default 2 for 64 rows, more for more, at least 1.5.',
    ),
};

const smoothingSchema = z
  .discriminatedUnion(
    'type',
    [
      strictObject({
        type: z.literal('gaussian').describe('A Gaussian around the joint.'),
        sigmaBins: z
          .tuple([positive, positive])
          .exactOptional()
          .describe("Radius along x and y in bins; RTMPose's by default."),
      }),
      strictObject({
        type: z.literal('label').describe('The nearest bin, and a share for all others.'),
        weight: z.number().min(0).lt(0.5).describe('That share.'),
      }),
    ],
    expectedTypes('gaussian', 'label'),
  )
  .exactOptional()
  .describe('How a target is spread over the bins; a Gaussian by default.');

/** What a model learns. */
export const codecSchema = z.discriminatedUnion(
  'type',
  [
    strictObject({
      type: z.literal('msra-heatmap').describe('A map of each joint, decoded with DARK.'),
      ...heatmapFields,
    }),
    strictObject({
      type: z.literal('udp-heatmap').describe('The same with unbiased data processing.'),
      ...heatmapFields,
    }),
    strictObject({
      type: z.literal('simcc').describe('A vector of bins for x and one for y of each joint.'),
      splitRatio: z.number().positive().max(8).default(2).describe('Bins per input pixel.'),
      smoothing: smoothingSchema,
    }),
    strictObject({ type: z.literal('regression').describe('The places themselves.') }),
  ],
  expectedTypes('msra-heatmap', 'udp-heatmap', 'simcc', 'regression'),
);
