import { coco17, createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { defaultAugmentation } from './augmentation-schema.ts';
import { drawView } from './draw-view.ts';
import { prepareAugmentation } from './prepare-augmentation.ts';
import type { View } from './view.ts';

const input = { height: 256, width: 192 };
const row: KeypointRow = {
  annotationId: 1,
  imageId: 1,
  imageSize: { height: 1000, width: 1000 },
  bbox: [400, 300, 150, 200],
  area: 30_000,
  iscrowd: 0,
  keypoints: new Float32Array(51),
  cropSize: { height: 1, width: 1 },
  cropToImage: [1, 0, 0, 0, 1, 0],
  image: new Uint8Array(),
};
const upright = { skeleton: coco17, inputSize: input, augmentation: null };
const usual = await prepareAugmentation(defaultAugmentation, '.');
const draw = (seed: number, augmentation = usual): View =>
  drawView(row, { skeleton: coco17, inputSize: input, augmentation }, createRandom(seed));
const draws = Array.from({ length: 4000 }, (_, seed) => draw(seed));
const share = (claim: (view: View) => boolean): number => draws.filter(claim).length / draws.length;

describe('drawView', () => {
  test('without augmentation is the box with a quarter more, upright', () => {
    expect(drawView(row, upright, createRandom(1))).toEqual({
      region: { center: { x: 475, y: 400 }, size: { width: 187.5, height: 250 } },
      rotationDegrees: 0,
      isFlipped: false,
    });
  });

  test('cuts a box at the image before padding it', () => {
    const outside = { ...row, bbox: [900, 900, 300, 400] } as const;
    const { region } = drawView(outside, upright, createRandom(1));
    expect(region.center).toEqual({ x: 950, y: 950 });
  });

  test('flips, turns and shifts as often as asked, within the limits', () => {
    // three standard deviations of a share of 4000 draws are at most 0.024
    expect(Math.abs(share(({ isFlipped }) => isFlipped) - 0.5)).toBeLessThan(0.024);
    expect(Math.abs(share(({ rotationDegrees }) => rotationDegrees !== 0) - 0.6)).toBeLessThan(
      0.024,
    );
    expect(Math.abs(share(({ region }) => region.center.x !== 475) - 0.3)).toBeLessThan(0.024);
    for (const { region, rotationDegrees } of draws) {
      expect(Math.abs(rotationDegrees)).toBeLessThanOrEqual(80);
      expect(Math.abs(region.center.x - 475)).toBeLessThanOrEqual(0.16 * 187.5);
      expect(Math.abs(region.center.y - 400)).toBeLessThanOrEqual(0.16 * 250);
    }
  });

  test('scales by a normal deviate cut at 0.5 and 1.5, keeping the shape of the input', () => {
    const factors = draws.map(({ region }) => region.size.width / 187.5);
    for (const [at, factor] of factors.entries()) {
      expect(factor).toBeGreaterThanOrEqual(0.5);
      expect(factor).toBeLessThanOrEqual(1.5);
      const { width, height } = draws[at]!.region.size;
      expect(height / width).toBeCloseTo(256 / 192, 9);
    }
    const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
    const variance =
      factors.reduce((sum, factor) => sum + (factor - mean) ** 2, 0) / factors.length;
    expect(mean).toBeCloseTo(1, 1);
    // 0.5 times the deviation 0.5396 of a standard normal cut at -1 and 1
    expect(Math.sqrt(variance)).toBeCloseTo(0.2698, 2);
  });

  test('switching one transform off, or another order, leaves the draws as they were', async () => {
    const upright = { ...defaultAugmentation, rotation: { probability: 0, degrees: 0 } };
    const still = await prepareAugmentation(upright, '.');
    const order = ['flip', 'rotation', 'shift', 'scale', 'halfBody'];
    const reordered = await prepareAugmentation({ ...defaultAugmentation, order }, '.');
    for (let seed = 0; seed < 50; seed++) {
      expect(draw(seed, still)).toEqual({ ...draw(seed), rotationDegrees: 0 });
      expect(draw(seed, reordered)).toEqual(draw(seed));
    }
  });

  test('a region that is scaled first is moved by its own, larger sides', async () => {
    const scaled = { ...defaultAugmentation, scale: [1.5, 1.5], scaleProbability: 1 } as const;
    const shifted = { ...scaled, shift: { probability: 1, factor: 0.1 } };
    const order = ['halfBody', 'scale', 'shift', 'rotation', 'flip'];
    const [before, after] = [
      await prepareAugmentation(shifted, '.'),
      await prepareAugmentation({ ...shifted, order }, '.'),
    ];
    const moved = (view: View): number => view.region.center.x - 475;
    expect(moved(draw(3, after))).toBeCloseTo(1.5 * moved(draw(3, before)), 9);
  });
});
