import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ownFunctionsOf } from '@limber/dataset-loader';
import { isMissing } from '@limber/files';
import type { TrainConfig } from '../configuration/train-config.ts';

/**
 * Digests of the files of the user's own functions, without what they import.
 *
 * @param folder - what their paths count from.
 * @returns path, as the configuration has it → sha256; `missing` for a file that is not there, which the loader refuses.
 */
export async function digestFunctions(
  { augmentation, lateAugmentation }: Pick<TrainConfig, 'augmentation' | 'lateAugmentation'>,
  folder: string,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const path of ownFunctionsOf(augmentation, lateAugmentation?.augmentation ?? null)) {
    try {
      const bytes = await readFile(resolve(folder, path));
      digests[path] = createHash('sha256').update(bytes).digest('hex');
    } catch (error) {
      if (!isMissing(error)) throw error;
      digests[path] = 'missing';
    }
  }
  return digests;
}
