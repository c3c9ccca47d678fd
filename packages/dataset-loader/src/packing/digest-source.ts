import { createHash } from 'node:crypto';
import type { CocoDataset, Size } from '@limber/keypoints';
import { toCocoJson } from '@limber/keypoints';
import sharp from 'sharp';
import { rowsPerBatch, shardFormat } from '../shards/shard-schema.ts';
import { jpegQuality } from './crop-person.ts';
import { readImageFile } from './read-image.ts';
import type { ImagePersons } from './select-persons.ts';
import { storedDensity, storedReach } from '../regions/stored-region.ts';

/**
 * A digest of everything that shapes the shards: annotations, photographs, how crops are cut, and the image
 * library, since another version of it may give other pixels.
 *
 * Reads every photograph once, so that a missing one is found before anything is written.
 *
 * @returns 64 hexadecimal digits.
 * @throws {LimberError} `missing-file`, naming file and id.
 */
export async function digestSource(
  dataset: CocoDataset,
  selected: readonly ImagePersons[],
  images: string,
  inputSize: Size,
): Promise<string> {
  const cutting = { inputSize, storedDensity, storedReach, jpegQuality, rowsPerBatch };
  const { vips, mozjpeg } = sharp.versions;
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ shardFormat, cutting, vips, mozjpeg }));
  hash.update(toCocoJson(dataset));
  for (const { image } of selected) {
    const bytes = await readImageFile(images, image);
    hash.update(createHash('sha256').update(bytes).digest());
  }
  return hash.digest('hex');
}
