import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Box } from './box.ts';
import { clipBox } from './box.ts';

const image = { height: 192, width: 256 };

describe('the part of a box inside its image', () => {
  test.each<[string, Box, Box]>([
    ['is all of one that lies inside', [10, 20, 30, 40], [10, 20, 30, 40]],
    ['begins at the left and upper side', [-10, -20, 30, 50], [0, 0, 20, 30]],
    ['ends at the right and lower side', [246, 180, 30, 40], [246, 180, 10, 12]],
    ['is all of the image in a box around it', [-5, -5, 999, 999], [0, 0, 256, 192]],
    ['is nothing left of it', [-50, 20, 30, 40], [0, 20, 0, 40]],
    ['is nothing below it', [10, 300, 30, 40], [10, 192, 30, 0]],
  ])('%s', (_what, box, expected) => {
    expect(clipBox(box, image)).toEqual(expected);
  });

  test('is the same when it is taken again', () => {
    const number = fc.integer({ min: -500, max: 500 });
    const length = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(fc.tuple(number, number, length, length), (box) => {
        const clipped = clipBox(box, image);
        expect(clipBox(clipped, image)).toEqual(clipped);
      }),
      { seed: 1 },
    );
  });
});
