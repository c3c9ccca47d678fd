import { LimberError } from '@limber/files';
import sharp from 'sharp';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { describeDamage } from './describe-damage.ts';
import type { Pixels } from './warp-affine.ts';

/**
 * Decodes the JPEG of a row.
 *
 * @throws {LimberError} `corrupt-data`, naming the person.
 */
export async function decodeCrop(row: KeypointRow): Promise<Pixels> {
  try {
    const image = sharp(row.image, { failOn: 'error' }).raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    return { data, size: { height: info.height, width: info.width } };
  } catch (cause) {
    const problem = {
      where: `annotation ${row.annotationId} (image ${row.imageId})`,
      what: 'its stored image is damaged',
      expected: 'a complete JPEG',
      got: describeDamage(row.image),
      fix: 'Pack the dataset again.',
    };
    throw new LimberError('corrupt-data', problem, { cause });
  }
}
