import { closeSync, openSync } from 'node:fs';
import { cannotBeRead } from '@limber/files';
import type { OpenedFile } from './read-bytes.ts';

/**
 * Opens a file, for as long as `use` does not fail.
 *
 * @throws {LimberError} `missing-file`
 */
export function openFile<T>(name: string, use: (file: OpenedFile) => T): T {
  const file = { name, descriptor: openForReading(name) };
  try {
    return use(file);
  } catch (error) {
    closeSync(file.descriptor);
    throw error;
  }
}

function openForReading(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    const expected = 'a shard that shards.json lists';
    throw cannotBeRead(file, cause, { expected, fix: 'Pack the dataset again.' });
  }
}
