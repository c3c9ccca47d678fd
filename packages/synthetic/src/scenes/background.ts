import type { Random, Size } from '@limber/keypoints';
import sharp from 'sharp';
import { linearLight } from '../rendering/color.ts';

/**
 * Reads a part of a photograph, drawn from `random`, as what lies behind the people.
 *
 * @returns [H, W, 3] linear light.
 */
export async function readBackground(
  file: string,
  { width, height }: Size,
  random: Random,
): Promise<Float32Array> {
  // larger than the image, so that there are parts to choose from
  const zoom = random.uniform(1, 1.7);
  const cover = { width: Math.ceil(width * zoom), height: Math.ceil(height * zoom) };
  const left = random.integer(0, cover.width - width);
  const top = random.integer(0, cover.height - height);
  const bytes = await sharp(file)
    .rotate()
    .resize({ ...cover, fit: 'cover' })
    .flop(random.chance(0.5))
    .toColourspace('srgb')
    .removeAlpha()
    .extract({ left, top, width, height })
    .raw()
    .toBuffer();
  return Float32Array.from(bytes, linearLight);
}
