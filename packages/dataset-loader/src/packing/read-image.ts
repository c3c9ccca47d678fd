import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CocoImage } from '@limber/keypoints';
import { describeFileError, LimberError } from '@limber/files';
import { decodeUpright } from '../images/decode-upright.ts';
import { describeDamage } from '../samples/describe-damage.ts';
import type { Pixels } from '../samples/warp-affine.ts';

/**
 * Reads the bytes of an image.
 *
 * @throws {LimberError} `missing-file`, naming file and id.
 */
export async function readImageFile(folder: string, image: CocoImage): Promise<Buffer> {
  try {
    return await readFile(join(folder, image.file_name));
  } catch (cause) {
    const problem = {
      where: whereOf(folder, image),
      what: 'the image cannot be read',
      expected: 'a file, its file_name counted from the folder of images',
      got: describeFileError(cause),
    };
    throw new LimberError('missing-file', problem, { cause });
  }
}

/**
 * Decodes an image to upright RGB: its EXIF rotation is applied, transparency dropped.
 *
 * @throws {LimberError} `invalid-image` if it is cut, damaged, or not of the annotated size.
 */
export async function decodeImage(
  bytes: Buffer,
  folder: string,
  image: CocoImage,
): Promise<Pixels> {
  const where = whereOf(folder, image);
  const pixels = await decodeUpright(bytes).catch((cause: unknown) => {
    const got = describeDamage(bytes);
    const expected = 'a complete JPEG, PNG, WebP, AVIF, TIFF or GIF image';
    const problem = { where, what: 'not a readable image', expected, got };
    throw new LimberError('invalid-image', problem, { cause });
  });
  const { height, width } = pixels.size;
  if (width === image.width && height === image.height) return pixels;
  const isTurned = width === image.height && height === image.width;
  throw new LimberError('invalid-image', {
    where,
    what: 'another size than annotated',
    expected: `${image.width} x ${image.height} (width x height)`,
    got: `${width} x ${height}`,
    fix: isTurned
      ? 'Does the file carry an EXIF rotation that its annotations ignore? Turn the pixels and drop the tag.'
      : 'Correct width and height of the image in the annotations.',
  });
}

function whereOf(folder: string, image: CocoImage): string {
  return `${join(folder, image.file_name)} (image id ${image.id})`;
}
