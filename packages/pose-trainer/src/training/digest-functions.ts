import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isMissing } from '@limber/files';
import { ownCodeOf } from '../configuration/own-code.ts';
import type { TrainConfig } from '../configuration/train-config.ts';

/**
 * Digests of the files of the user's own code, without what they import.
 *
 * @param folder - what their paths count from.
 * @returns path, as the configuration has it → sha256; `missing` for a file that is not there, which is refused where it is loaded.
 */
export async function digestFunctions(
  config: Pick<TrainConfig, 'model' | 'augmentation' | 'lateAugmentation'>,
  folder: string,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const path of ownCodeOf(config)) {
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
