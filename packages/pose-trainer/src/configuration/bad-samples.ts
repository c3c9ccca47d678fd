import { z } from 'zod';

/** What to do about persons that cannot be shown. */
export const badSampleFields = {
  onBadSample: z
    .enum(['throw', 'skip'])
    .default('throw')
    .describe(
      'What to do about a person whose stored image is damaged or unreadable, whose augmentation throws, or who ends a worker ' +
        'thread or makes it hang: throw, or skip, which shows another person in training, leaves the person out in validation, and ' +
        'names each in the log and in logs/skipped.json.',
    ),
  skipLimit: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .describe(
      'How many persons of a split may be skipped before training fails; null: a hundredth.',
    ),
  workerTimeoutSeconds: z
    .number()
    .positive()
    .max(2_000_000)
    .default(60)
    .describe(
      'A worker thread that is busy with one person for longer is ended. No effect on the result.',
    ),
};
