import type { Box } from '@limber/keypoints';
import { applyAffine, clipBox, cropAffine, invertAffine } from '@limber/keypoints';
import { assert, double, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultAugmentation } from '../augmentations/augmentation.ts';
import { storedRegion } from './stored-region.ts';

const image = { height: 2000, width: 3000 };
const input = { height: 256, width: 192 };

describe('storedRegion', () => {
  test('keeps 1.25 pixels per input pixel of a large person', () => {
    const { stored, cropToImage } = storedRegion([1000, 600, 600, 800], image, input);
    // the region is 750 wide, the input 192: 3.125 image pixels per stored pixel
    expect(cropToImage[0]).toBeCloseTo(3.125, 2);
    expect(cropToImage[4]).toBeCloseTo(3.125, 2);
    expect(stored.width).toBeLessThan(image.width / 3);
  });

  test('never enlarges a small person, whose pixels keep their places', () => {
    const { left, top, cut, stored, cropToImage } = storedRegion([100, 90, 30, 40], image, input);
    expect(stored).toEqual(cut);
    expect(cropToImage).toEqual([1, 0, left, 0, 1, top]);
  });

  test('holds every corner that any rotation, shift and scale within the defaults brings into view', () => {
    const unit = (low: number, high: number) => double({ min: low, max: high, noNaN: true });
    const arbitraries = [unit(0, 2500), unit(0, 1500), unit(5, 900), unit(5, 900)] as const;
    const draws = [unit(-180, 180), unit(-1, 1), unit(-1, 1), unit(0.5, 1.5)] as const;
    assert(
      property(...arbitraries, ...draws, (...drawn) => {
        const [x, y, width, height, turn, moveX, moveY, factor] = drawn;
        const box: Box = [x, y, width, height];
        const { left, top, cut } = storedRegion(box, image, input);
        const [, , clippedWidth, clippedHeight] = clipBox(box, image);
        const padding = 1.25 * defaultAugmentation.shift.factor;
        const aspect = input.width / input.height;
        const regionWidth = Math.max(clippedWidth, clippedHeight * aspect) * 1.25 * factor;
        const [clippedX, clippedY] = clipBox(box, image);
        const region = {
          center: {
            x: clippedX + clippedWidth / 2 + moveX * padding * clippedWidth,
            y: clippedY + clippedHeight / 2 + moveY * padding * clippedHeight,
          },
          size: { width: regionWidth, height: regionWidth / aspect },
        };
        const toImage = invertAffine(cropAffine(region, input, { rotationDegrees: turn }));
        for (const corner of [
          { x: 0, y: 0 },
          { x: input.width - 1, y: 0 },
          { x: 0, y: input.height - 1 },
          { x: input.width - 1, y: input.height - 1 },
        ]) {
          const seen = applyAffine(toImage, corner);
          const inImage = {
            x: Math.min(Math.max(seen.x, 0), image.width - 1),
            y: Math.min(Math.max(seen.y, 0), image.height - 1),
          };
          if (inImage.x !== seen.x || inImage.y !== seen.y) continue;
          expect(seen.x).toBeGreaterThanOrEqual(left);
          expect(seen.x).toBeLessThanOrEqual(left + cut.width - 1);
          expect(seen.y).toBeGreaterThanOrEqual(top);
          expect(seen.y).toBeLessThanOrEqual(top + cut.height - 1);
        }
      }),
    );
  });

  test('the outer edges of the stored and the cut pixels coincide', () => {
    const { left, cut, stored, cropToImage } = storedRegion([900, 500, 700, 900], image, input);
    expect(applyAffine(cropToImage, { x: -0.5, y: 0 }).x).toBeCloseTo(left - 0.5, 9);
    expect(applyAffine(cropToImage, { x: stored.width - 0.5, y: 0 }).x).toBeCloseTo(
      left + cut.width - 0.5,
      9,
    );
  });
});
