import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '@limber/files';
import type { MachineLabelCounts } from '@limber/keypoints';
import { z } from 'zod';

/** One split of a built dataset. */
export interface SplitCounts {
  readonly name: string;
  readonly images: number;
  readonly persons: number;
  readonly groups: number;
  /** Joints of its persons by visibility. */
  readonly joints: {
    readonly visible: number;
    readonly hidden: number;
    readonly notLabelled: number;
  };
  /** Persons that models labelled, by model. */
  readonly machineLabels?: MachineLabelCounts | undefined;
}

const summarySchema: z.ZodType<{ readonly splits: readonly SplitCounts[] }> = z.object({
  splits: z.array(
    z.object({
      name: z.string(),
      images: z.number(),
      persons: z.number(),
      groups: z.number(),
      joints: z.object({ visible: z.number(), hidden: z.number(), notLabelled: z.number() }),
      machineLabels: z.record(z.string(), z.number()).optional(),
    }),
  ),
});

/** The splits of a built dataset, from its `dataset.json`; none if something else has written the folder. */
export async function readSplits(dataset: string): Promise<readonly SplitCounts[]> {
  const text = await readFile(join(dataset, 'dataset.json'), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  return text === undefined ? [] : summarySchema.parse(JSON.parse(text)).splits;
}
