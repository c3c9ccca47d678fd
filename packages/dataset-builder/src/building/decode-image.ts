import { LimberError } from '@limber/files';
import sharp from 'sharp';
import type { SourceItem } from '../sources/source.ts';
import type { DecodedImage } from './image-facts.ts';
import { printImage } from './image-print.ts';

/** Names the decoder: another one may take another image for damaged. */
export const decoderVersion: string = sharp.versions.vips;

/**
 * Decodes an image as a whole.
 *
 * @throws {LimberError} `invalid-image`, naming file, id and field, if it is damaged, cut off or no image.
 */
export async function decodeImage(
  item: Pick<SourceItem, 'where' | 'fileName'>,
  bytes: Uint8Array,
): Promise<DecodedImage> {
  try {
    const image = sharp(bytes, { failOn: 'error' });
    const { orientation = 1 } = await image.metadata();
    const { data, info } = await image
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const print = await printImage({ data, width, height, channels });
    return { orientation, width, height, print };
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
