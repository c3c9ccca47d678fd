import { LimberError } from '@limber/files';
import type { Size } from '@limber/keypoints';
import sharp from 'sharp';
import type { SourceItem } from '../sources/source.ts';
import type { ImagePrint } from './image-print.ts';
import { printImage } from './image-print.ts';

/** What is known of an image that was decoded. */
export interface CheckedImage {
  readonly orientation: number;
  readonly print: ImagePrint;
}

/**
 * Decodes an image as a whole and compares its size with the stated one.
 *
 * Sizes and coordinates are those of the upright image: the EXIF orientation is applied, as browsers, annotation
 * tools and OpenCV (so MMPose) do.
 *
 * @returns the EXIF orientation (1 upright, 2 to 8 mirrored or turned) and what the image looks like.
 * @throws {LimberError} `invalid-image`, naming file, id and field, if it is damaged, cut off, no image, or of another size.
 */
export async function checkImage(item: SourceItem, bytes: Uint8Array): Promise<CheckedImage> {
  const { orientation, width, height, print } = await decode(item, bytes);
  const turned = orientation >= 5;
  const upright = turned ? { width: height, height: width } : { width, height };
  if (upright.width === item.width && upright.height === item.height) return { orientation, print };
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

async function decode(item: SourceItem, bytes: Uint8Array): Promise<CheckedImage & Size> {
  try {
    const image = sharp(bytes, { failOn: 'error' });
    const { orientation = 1 } = await image.metadata();
    const { data, info } = await image
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return {
      orientation,
      width,
      height,
      print: await printImage({ data, width, height, channels }),
    };
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
