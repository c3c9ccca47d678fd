import { readFileSync } from 'node:fs';
import type { Affine, Size } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import type { Pixels } from './warp-affine.ts';
import { warpAffine } from './warp-affine.ts';

interface Golden {
  sourceSize: Size;
  targetSize: Size;
  cases: { name: string; toSource: Affine; target: string }[];
}

const golden = JSON.parse(
  readFileSync(new URL('warp-affine.golden.json', import.meta.url), 'utf8'),
) as Golden;

/** The image that the fixture describes. */
function goldenSource({ height, width }: Size): Pixels {
  const data = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        data[(y * width + x) * 3 + channel] =
          37 * x + 91 * y + 53 * channel + ((x * y * (channel + 3)) % 29);
      }
    }
  }
  return { data, size: { height, width } };
}

describe('warpAffine', () => {
  test.each(golden.cases)('gives the levels of OpenCV: $name', ({ toSource, target }) => {
    const { height, width } = golden.targetSize;
    const warped = new Uint8Array(height * width * 3).fill(77);
    const source = goldenSource(golden.sourceSize);
    warpAffine(source, toSource, { data: warped, size: golden.targetSize });
    expect(Buffer.from(warped).toString('hex')).toBe(target);
  });

  test('an image of one pixel fades to black around it', () => {
    const source: Pixels = { data: Uint8Array.of(200, 100, 40), size: { height: 1, width: 1 } };
    const warped = new Uint8Array(3 * 3);
    warpAffine(source, [0.5, 0, -0.5, 0, 1, 0], { data: warped, size: { height: 1, width: 3 } });
    expect([...warped]).toEqual([100, 50, 20, 200, 100, 40, 100, 50, 20]);
  });
});
