import sharp from 'sharp';
import { expect, test } from 'vitest';
import { describeDamage } from './describe-damage.ts';

const image = sharp({ create: { width: 90, height: 80, channels: 3, background: '#a50' } });

test('says whether a file is empty, cut, damaged or something else', async () => {
  const jpeg = await image.clone().jpeg().toBuffer();
  const png = await image.clone().png().toBuffer();
  expect(describeDamage(new Uint8Array())).toBe('an empty file');
  expect(describeDamage(jpeg.subarray(0, 300))).toBe('a JPEG that is cut after 300 bytes');
  expect(describeDamage(jpeg)).toBe(`a damaged JPEG of ${jpeg.length} bytes`);
  expect(describeDamage(png.subarray(0, 100))).toBe('a PNG that is cut after 100 bytes');
  expect(describeDamage(png)).toBe(`a damaged PNG of ${png.length} bytes`);
  expect(describeDamage(Buffer.from('<html>'))).toBe('6 bytes that cannot be decoded');
});
