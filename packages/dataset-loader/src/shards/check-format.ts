import { LimberError } from '@limber/files';

/** The version of the columns and metadata of shards, and of their index: see FORMAT.md. */
export const shardFormat = 'limber-keypoints/3';

/**
 * Refuses shards of another version.
 *
 * @param format - what the file says.
 * @throws {LimberError} `corrupt-data`, saying whether the file or the reader is too old.
 */
export function checkFormat(format: unknown, where: string): void {
  if (format === shardFormat) return;
  const got = typeof format === 'string' && format !== '' ? `"${format}"` : 'none';
  const problem = { where, expected: `format "${shardFormat}"`, got };
  const isNewer = versionOf(format) > versionOf(shardFormat);
  throw new LimberError('corrupt-data', {
    ...problem,
    what: isNewer ? 'shards of a newer version of Limber' : 'not shards of this version',
    fix: isNewer ? 'Update Limber, or pack the dataset again.' : 'Pack the dataset again.',
  });
}

/** NaN: no version at all. */
function versionOf(format: unknown): number {
  return Number(/^limber-keypoints\/(\d+)$/.exec(String(format))?.[1]);
}
