import { applyAffine } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { shrinkPixels } from './shrink-pixels.ts';

const rgb = (levels: readonly number[]): Uint8Array =>
  Uint8Array.from(levels.flatMap((level) => [level, level + 1, 255 - level]));

describe('shrinkPixels', () => {
  test('averages squares, and what is left of them at the edges', () => {
    const data = rgb([10, 20, 30, 20, 30, 50, 100, 120, 140]);
    const { pixels } = shrinkPixels({ data, size: { height: 3, width: 3 } }, 2);
    expect(pixels.size).toEqual({ height: 2, width: 2 });
    expect([...pixels.data]).toEqual([...rgb([20, 40, 110, 140])]);
  });

  test('says where its pixels lie in the larger image', () => {
    const data = new Uint8Array(8 * 8 * 3);
    const { toLarger } = shrinkPixels({ data, size: { height: 8, width: 8 } }, 4);
    // the first square covers pixels 0 to 3, so its centre is 1.5
    expect(applyAffine(toLarger, { x: 0, y: 1 })).toEqual({ x: 1.5, y: 5.5 });
  });

  test('a factor of 1 is the image itself', () => {
    const larger = { data: rgb([1, 2]), size: { height: 1, width: 2 } };
    expect(shrinkPixels(larger, 1).pixels).toBe(larger);
  });
});
