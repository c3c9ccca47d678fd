import { z } from 'zod';
import { withDefaultType } from './optimizer-config.ts';
import { strictObject } from './strict-object.ts';

interface WarmupSettings {
  /** Optimizer steps over which the learning rate grows to its full size; at most all of them. */
  readonly warmupSteps: number;
  /** Factor on the learning rate at the first step. */
  readonly warmupFactor: number;
}

/** How the learning rate changes, by optimizer step. */
export type ScheduleSettings = WarmupSettings &
  (
    | {
        /** Half a cosine over the whole training. */
        readonly type: 'cosine';
        /** What is left of the learning rate at the end, as a factor. */
        readonly endFactor: number;
      }
    | { readonly type: 'constant' }
    | {
        /** Steps down at the start of the given epochs. */
        readonly type: 'multistep';
        readonly milestoneEpochs: readonly number[];
        readonly factor: number;
      }
  );

const warmup = {
  warmupSteps: z.int().min(0).default(0),
  // MMPose's `LinearLR(start_factor=0.001)`
  warmupFactor: z.number().min(0).max(1).default(0.001),
};

const byType = z.discriminatedUnion('type', [
  strictObject({
    type: z.literal('cosine'),
    endFactor: z.number().min(0).max(1).default(0),
    ...warmup,
  }),
  strictObject({ type: z.literal('constant'), ...warmup }),
  strictObject({
    type: z.literal('multistep'),
    milestoneEpochs: z.array(z.int().min(1)).min(1),
    factor: z.number().positive().default(0.1),
    ...warmup,
  }),
]);

/** A cosine to 0 without warm-up unless said otherwise. */
export const scheduleConfigSchema: z.ZodType<ScheduleSettings> = z.preprocess(
  withDefaultType('cosine'),
  byType,
);
