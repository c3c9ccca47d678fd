import { LimberError } from '@limber/files';
import { indexFile } from './shard-index.ts';

/** What a shard holds besides its images, in the order in which it is read. */
type ShardPart = 'footer' | 'messages' | 'heads';

/** What is in each part. */
const contents: Readonly<Record<ShardPart, string>> = {
  footer: 'names of joints or columns',
  messages: 'places of columns',
  heads: 'keypoints or boxes',
};

/** The sha256 of each part: of the file's footer, of its record batches' messages, of their bodies without images. */
export type ShardParts = Readonly<Record<ShardPart, string>>;

/**
 * Sees the digest of each part before anything in it is interpreted: a reader of Arrow can be led to
 * allocate whatever a damaged length says.
 */
export type OnPart = (part: ShardPart, sha256: string) => void;

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
