import { createHash } from 'node:crypto';
import type { CocoDataset } from '@limber/keypoints';
import { cocoJsonParts } from '@limber/keypoints';
import sharp from 'sharp';
import type { StoredReach } from '../regions/stored-region.ts';
import { storedDensity } from '../regions/stored-region.ts';
import { shardFormat } from '../shards/check-format.ts';
import { rowsPerBatch } from '../shards/batch-layout.ts';
import { jpegQuality } from './crop-person.ts';

/**
 * A digest of what shapes the shards: the annotations, how crops are cut, and the image library,
 * since another version of it may give other pixels. A built dataset says the digest of every image, which so counts too.
 *
 * @returns 64 hexadecimal digits.
 */
export function digestSource(dataset: CocoDataset, stored: StoredReach): string {
  const cutting = { ...stored, storedDensity, jpegQuality, rowsPerBatch };
  const { vips, mozjpeg } = sharp.versions;
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ shardFormat, cutting, vips, mozjpeg }));
  for (const part of cocoJsonParts(dataset)) hash.update(part);
  return hash.digest('hex');
}
