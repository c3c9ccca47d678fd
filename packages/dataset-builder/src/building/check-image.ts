import { LimberError } from '@limber/files';
import sharp from 'sharp';
import type { SourceItem } from '../sources/source.ts';

/**
 * Decodes an image as a whole and compares its size with the stated one.
 *
 * Sizes and coordinates are those of the upright image: the EXIF orientation is applied, as browsers, annotation
 * tools and OpenCV (so MMPose) do.
 *
 * @returns the EXIF orientation: 1 upright, 2 to 8 mirrored or turned.
 * @throws {LimberError} `invalid-image`, naming file, id and field, if it is damaged, cut off, no image, or of another size.
 */
export async function checkImage(
  item: SourceItem,
  bytes: Uint8Array,
): Promise<{ readonly orientation: number }> {
  const { orientation, width, height } = await decode(item, bytes);
  const turned = orientation >= 5;
  const upright = turned ? { width: height, height: width } : { width, height };
  if (upright.width === item.width && upright.height === item.height) return { orientation };
  const isStored = width === item.width && height === item.height;
  throw new LimberError('invalid-image', {
    where: `${item.where}.width, height`,
    what: `not the size of "${item.fileName}"`,
    expected: `${upright.width} wide and ${upright.height} high${turned ? ' (upright, by its EXIF orientation)' : ''}`,
    got: `${item.width} and ${item.height}`,
    fix: isStored
      ? 'The annotations are of the image before it is turned upright: remove the EXIF orientation from the file.'
      : 'Is it the right file? Annotations must be of the image at its full size.',
  });
}

async function decode(
  item: SourceItem,
  bytes: Uint8Array,
): Promise<{ readonly orientation: number; readonly width: number; readonly height: number }> {
  try {
    const image = sharp(bytes, { failOn: 'error' });
    const { orientation = 1 } = await image.metadata();
    const { info } = await image.raw().toBuffer({ resolveWithObject: true });
    return { orientation, width: info.width, height: info.height };
  } catch (cause) {
    throw new LimberError(
      'invalid-image',
      {
        where: `${item.where}.file_name`,
        what: `"${item.fileName}" cannot be decoded`,
        expected: 'a whole image',
        got: describeFailure(cause, bytes),
        fix: 'Replace the file, or remove the image from the annotations.',
      },
      { cause },
    );
  }
}

function describeFailure(cause: unknown, bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const message = cause instanceof Error ? cause.message : String(cause);
  const reason = message.split('\n')[0]!.replace(/Vips\w*: /, '');
  return `${bytes.length} bytes: ${reason}`;
}
