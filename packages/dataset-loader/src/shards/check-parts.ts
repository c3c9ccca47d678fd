import { LimberError } from '@limber/files';
import { indexFile } from './shard-index.ts';
import type { OnPart, ShardPart, ShardParts } from './shard-parts.ts';

/** What is in each part. */
const contents: Readonly<Record<ShardPart, string>> = {
  footer: 'names of joints or columns',
  messages: 'places of columns',
  heads: 'keypoints or boxes',
};

/**
 * Refuses a shard whose parts are not those that were packed.
 *
 * @throws {LimberError} `corrupt-data`
 */
export function checkParts(expected: ShardParts, where: string): OnPart {
  return (part, got) => {
    if (got === expected[part]) return;
    throw new LimberError('corrupt-data', {
      where,
      what: `${contents[part]} have changed since they were packed`,
      expected: `sha256 ${expected[part]}, as ${indexFile} says`,
      got,
      fix: 'Pack the dataset again.',
    });
  };
}
