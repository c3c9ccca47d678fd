import { isMissing, LimberError } from '@limber/files';
import type { Size } from '@limber/keypoints';
import sharp from 'sharp';

/**
 * The size of an image from its header, upright by its EXIF orientation.
 *
 * @param where - names the image in the fault.
 * @returns the size, or the fault: a build decides what to do about a bad image.
 */
export async function readImageSize(path: string, where: string): Promise<Size | LimberError> {
  try {
    const { width, height, orientation = 1 } = await sharp(path).metadata();
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch (cause) {
    const isAbsent = isMissing(cause) || /missing/.test(String(cause));
    return new LimberError(
      isAbsent ? 'missing-file' : 'invalid-image',
      {
        where,
        what: 'the image cannot be read',
        expected: `an image at ${path}`,
        got: isAbsent ? 'no such file' : String(cause).split('\n')[0]!,
      },
      { cause },
    );
  }
}
