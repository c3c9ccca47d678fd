import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotBeRead } from '@limber/files';
import { modelFileName } from './model-file.ts';

/**
 * What changes with anything of a saved model: the SHA-256 of its `model.json`, which holds that of the weights.
 *
 * @throws {LimberError} `missing-file`.
 */
export async function digestModel(folder: string): Promise<string> {
  const file = join(folder, modelFileName);
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch (cause) {
    throw cannotBeRead(file, cause, { expected: 'a saved model' });
  }
}
