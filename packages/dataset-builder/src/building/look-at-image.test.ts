import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { SourceItem } from '../sources/source.ts';
import { lookAtImage } from './look-at-image.ts';

const item: SourceItem = {
  where: 'train.json: images[3] (id 7)',
  fileName: 'a.jpg',
  width: 20,
  height: 30,
  path: 'images/a.jpg',
  annotations: [],
};

/** The facts of an image that is in memory. */
const look = async (about: SourceItem, bytes: Uint8Array): Promise<unknown> =>
  (await lookAtImage({ ...about, bytes })).facts;

/** An image with something in every block, so that a cut at any place loses some of it. */
async function jpeg(orientation?: number): Promise<Buffer> {
  const raw = Buffer.from(Array.from({ length: 20 * 30 * 3 }, (_, index) => (index * 7919) % 251));
  const image = sharp(raw, { raw: { width: 20, height: 30, channels: 3 } });
  return await (orientation === undefined ? image : image.withMetadata({ orientation }))
    .jpeg()
    .toBuffer();
}

test('a whole image of the stated size passes', async () => {
  expect(await look(item, await jpeg())).toMatchObject({ orientation: 1 });
});

test.each([0.1, 0.5, 0.9, 0.99])('a JPEG cut off after %d of its bytes is found', async (share) => {
  const bytes = await jpeg();
  const cut = bytes.subarray(0, Math.floor(bytes.length * share));
  await expect(look(item, cut)).rejects.toThrow(
    `train.json: images[3] (id 7).file_name: "a.jpg" cannot be decoded: expected a whole image, got ${cut.length} bytes: `,
  );
});

test('an empty file and something else are named', async () => {
  await expect(look(item, new Uint8Array())).rejects.toThrow(
    'train.json: images[3] (id 7).file_name: "a.jpg" cannot be decoded: expected a whole image, got an empty file. Replace the file, or remove the image from the annotations.',
  );
  await expect(look(item, Buffer.from('not an image'))).rejects.toThrow(
    'got 12 bytes: Input buffer contains unsupported image format.',
  );
});

test('another size than stated names both', async () => {
  await expect(look({ ...item, width: 40 }, await jpeg())).rejects.toThrow(
    'train.json: images[3] (id 7).width, height: not the size of "a.jpg": expected 20 wide and 30 high, got 40 and 30. Is it the right file? Annotations must be of the image at its full size.',
  );
});

test('sizes are those of the upright image', async () => {
  const turned = await jpeg(6);
  expect(await look({ ...item, width: 30, height: 20 }, turned)).toMatchObject({
    orientation: 6,
  });
  await expect(look(item, turned)).rejects.toThrow(
    'train.json: images[3] (id 7).width, height: not the size of "a.jpg": expected 30 wide and 20 high (upright, by its EXIF orientation), got 20 and 30. The annotations are of the image before it is turned upright: remove the EXIF orientation from the file.',
  );
});
