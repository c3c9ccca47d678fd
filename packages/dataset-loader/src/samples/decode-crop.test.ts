import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { decodeCrop } from './decode-crop.ts';

const cropSize = { height: 90, width: 123 };

/** Slow waves, other ones in each channel. */
function waves(): Uint8Array {
  const { height, width } = cropSize;
  return Buffer.alloc(height * width * 3).map((_, at) => {
    const [x, y, channel] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width), at % 3];
    return Math.round(128 + 60 * Math.sin(x / 9 + channel) + 50 * Math.cos(y / 13 - channel));
  });
}

function rowOf(image: Uint8Array, changed: Partial<KeypointRow> = {}): KeypointRow {
  return {
    annotationId: 7,
    imageId: 3,
    imageSize: cropSize,
    bbox: [0, 0, 1, 1],
    area: 1,
    iscrowd: 0,
    keypoints: new Float32Array(3),
    cropToImage: [1, 0, 0, 0, 1, 0],
    cropSize,
    image,
    ...changed,
  };
}

const raw = { ...cropSize, channels: 3 } as const;
const encode = (): Promise<Buffer> => sharp(waves(), { raw }).jpeg({ quality: 95 }).toBuffer();

describe('decodeCrop', () => {
  test('gives the pixels that were stored, as near as JPEG does', async () => {
    const { data, size } = decodeCrop(rowOf(await encode()));
    expect(size).toEqual(cropSize);
    const errors = waves().map((level, at) => Math.abs(level - data[at]!));
    expect(Math.max(...errors)).toBeLessThanOrEqual(14);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(1.5);
  });

  test.each([
    ['cut', (image: Buffer) => image.subarray(0, 700), 'a JPEG that is cut after 700 bytes'],
    ['no image', () => Buffer.from('<html>'), '6 bytes that cannot be decoded'],
  ])('refuses one that is %s', async (_, damage, got) => {
    const row = rowOf(damage(await encode()));
    expect(() => decodeCrop(row)).toThrow(
      `annotation 7 (image 3): its stored image is damaged: expected a complete JPEG of 123 x 90 pixels, got ${got}. Pack the dataset again.`,
    );
  });

  test.each([
    [{ height: 91, width: 123 }, '123 x 91', '123 x 90'],
    [{ height: 123, width: 90 }, '90 x 123', '123 x 90'],
  ])('refuses one of another size than %o', async (size, expected, got) => {
    const row = rowOf(await encode(), { cropSize: size });
    expect(() => decodeCrop(row)).toThrow(
      `expected a complete JPEG of ${expected} pixels, got ${got}`,
    );
  });

  test('refuses one that is larger than its row says', async () => {
    const row = rowOf(await encode(), { cropSize: { height: 4, width: 4 } });
    expect(() => decodeCrop(row)).toThrow('its stored image is damaged');
  });
});
