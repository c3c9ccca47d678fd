import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeStat, isMissing, isSettled, LimberError, toSeenStat } from '@limber/files';
import type { SourceItem } from '../sources/source.ts';
import { checkSize } from './check-size.ts';
import type { CheckedImages } from './checked-images.ts';
import { decodeImage } from './decode-image.ts';
import type { ImageFacts } from './image-facts.ts';

/** An image that is what its annotations say. */
export interface SeenImage {
  readonly facts: ImageFacts;
  /** The file's bytes, unless it was known already. */
  readonly bytes?: Uint8Array;
  /** What the file looked like before it was read: the facts are of it while it looks the same. Frames have none. */
  readonly stat?: string;
}

/**
 * Reads and checks the image of an item, or recalls what an earlier check of the same file found.
 *
 * @param checked - what is remembered; without it every image is read.
 * @throws {LimberError} `missing-file` or `invalid-image`, naming file, id and field.
 */
export async function lookAtImage(item: SourceItem, checked?: CheckedImages): Promise<SeenImage> {
  if (item.fault !== undefined) throw item.fault;
  if (item.bytes !== undefined) return await lookAtBytes(item, item.bytes);
  const now = Date.now();
  const found = toSeenStat(
    await stat(item.path).catch((cause: unknown) => cannotBeRead(item, cause)),
  );
  const described = describeStat(found);
  const path = resolve(item.path);
  const known = checked?.find(path, described);
  if (known !== undefined) {
    checkSize(item, known);
    return { facts: known, stat: described };
  }
  const bytes = await readFile(item.path).catch((cause: unknown) => cannotBeRead(item, cause));
  const facts = await factsOf(item, bytes);
  if (checked !== undefined && isSettled(found, now) && (await looksLike(item.path, described))) {
    checked.add(path, described, facts);
  }
  checkSize(item, facts);
  return { facts, bytes, stat: described };
}

/** Whether a file still looks as it did. */
export async function looksLike(path: string, described: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && describeStat(toSeenStat(found)) === described;
}

async function lookAtBytes(item: SourceItem, bytes: Uint8Array): Promise<SeenImage> {
  const facts = await factsOf(item, bytes);
  checkSize(item, facts);
  return { facts, bytes };
}

async function factsOf(item: SourceItem, bytes: Uint8Array): Promise<ImageFacts> {
  const decoded = await decodeImage(item, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { ...decoded, sizeBytes: bytes.length, sha256 };
}

function cannotBeRead(item: SourceItem, cause: unknown): never {
  throw new LimberError(
    'missing-file',
    {
      where: `${item.where}.file_name`,
      what: `"${item.fileName}" cannot be read`,
      expected: `an image at ${item.path}`,
      got: isMissing(cause) ? 'no such file' : String(cause),
      fix: 'Is the folder of images the right one?',
    },
    { cause },
  );
}
