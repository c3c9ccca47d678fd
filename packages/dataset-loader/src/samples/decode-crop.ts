import jpegTurbo from '@julusian/jpeg-turbo';
import { LimberError } from '@limber/files';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { describeDamage, jpegEnd } from './describe-damage.ts';
import type { Pixels } from './warp-affine.ts';
import { sourcePlace } from './warp-affine.ts';

/**
 * Decodes the JPEG of a row, to where it can be warped at once: the pixels hold until the next image is
 * decoded or warped.
 *
 * @throws {LimberError} `corrupt-data`, naming the person.
 */
export function decodeCrop(row: KeypointRow): Pixels {
  const { height, width } = row.cropSize;
  const { buffer, byteOffset, length } = row.image;
  const bytes = Buffer.from(buffer, byteOffset, length);
  const expected = `a complete JPEG of ${width} x ${height} pixels`;
  // The decoder takes what is missing for grey.
  if (!bytes.subarray(-2).equals(jpegEnd)) {
    throw damaged(row, { expected, got: describeDamage(bytes) });
  }
  let found: jpegTurbo.DecompressReturn;
  try {
    const place = sourcePlace(row.cropSize);
    found = jpegTurbo.decompressSync(bytes, place, { format: jpegTurbo.FORMAT_RGB });
  } catch (cause) {
    throw damaged(row, { expected, got: describeDamage(bytes), cause });
  }
  if (found.height !== height || found.width !== width) {
    throw damaged(row, { expected, got: `${found.width} x ${found.height}` });
  }
  return { data: found.data, size: row.cropSize };
}

function damaged(
  { annotationId, imageId }: KeypointRow,
  {
    expected,
    got,
    cause,
  }: { readonly expected: string; readonly got: string; readonly cause?: unknown },
): LimberError {
  const problem = {
    where: `annotation ${annotationId} (image ${imageId})`,
    what: 'its stored image is damaged',
    expected,
    got,
    fix: 'Pack the dataset again.',
  };
  return new LimberError('corrupt-data', problem, { cause });
}
