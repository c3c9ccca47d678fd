import sharp from 'sharp';
import type { Pixels } from '../samples/warp-affine.ts';

/**
 * Decodes an image to upright RGB: its EXIF rotation is applied, transparency dropped, other colors
 * and depths become 8-bit sRGB.
 *
 * @param encoded - a JPEG, PNG, WebP, AVIF, TIFF or GIF file, or its path.
 * @throws {Error} of libvips if it is cut, damaged or of another format.
 */
export async function decodeUpright(encoded: string | Uint8Array): Promise<Pixels> {
  const image = sharp(encoded, { failOn: 'error' }).autoOrient().toColourspace('srgb');
  const raw = image.removeAlpha().raw({ depth: 'uchar' });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { data, size: { height: info.height, width: info.width } };
}
