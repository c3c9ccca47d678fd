import { coco17, createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { defaultAugmentation } from './augmentation-schema.ts';
import { halfBodyRegion } from './half-body.ts';

/** A person whose joint j stands at (10 j, 100 + j), with the given joints labelled. */
function person(labelled: readonly number[]): Float32Array {
  const joints = coco17.keypoints.map((_, joint) => [
    10 * joint,
    100 + joint,
    labelled.includes(joint) ? 2 : 0,
  ]);
  return Float32Array.from(joints.flat());
}

const always = { ...defaultAugmentation.halfBody!, probability: 1 };
const regionOf = (labelled: readonly number[], upperFirst: number): unknown =>
  halfBodyRegion(
    { keypoints: person(labelled), skeleton: coco17 },
    { ...always, upperPrioritizedProbability: upperFirst },
    createRandom(1),
  );
const upper = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const lower = [11, 12, 13, 14, 15, 16];
const upperRegion = { center: { x: 50, y: 105 }, size: { width: 150, height: 15 } };
const lowerRegion = { center: { x: 135, y: 113.5 }, size: { width: 75, height: 7.5 } };

describe('halfBodyRegion', () => {
  test('is 1.5 times the extent of the chosen half about the mean of its joints', () => {
    expect(regionOf([...upper, ...lower], 1)).toEqual(upperRegion);
    expect(regionOf([...upper, ...lower], 0)).toEqual(lowerRegion);
  });

  test('takes the half that has enough joints, whatever is preferred', () => {
    expect(regionOf([...upper, 11, 12], 0)).toEqual(upperRegion);
    expect(regionOf([0, ...lower], 1)).toBeNull();
    const few = { ...always, minTotalKeypoints: 7, upperPrioritizedProbability: 1 };
    const one = { keypoints: person([0, ...lower]), skeleton: coco17 };
    const region = halfBodyRegion(one, few, createRandom(1));
    expect(region).toEqual(lowerRegion);
  });

  test('shows a person whole who has fewer than 9 labelled joints', () => {
    expect(regionOf(upper.slice(0, 8), 1)).toBeNull();
    expect(regionOf(upper.slice(0, 9), 1)).not.toBeNull();
  });

  test('takes exactly as many joints as are asked for, and no fewer', () => {
    const few = { ...always, minTotalKeypoints: 1 };
    const halfOf = (labelled: readonly number[], upperFirst: number) =>
      halfBodyRegion(
        { keypoints: person(labelled), skeleton: coco17 },
        { ...few, upperPrioritizedProbability: upperFirst },
        createRandom(1),
      )?.center.x;
    expect(halfOf([0, 4, 11, 12, 13], 1)).toBe(20);
    expect(halfOf([0, 4, 11, 12, 13], 0)).toBe(120);
    expect(halfOf([0, 11, 12, 13], 1)).toBe(120);
    expect(halfOf([0, 4, 11, 12], 0)).toBe(20);
    expect(halfOf([0, 11, 12], 1)).toBeUndefined();
  });

  test('shows a half that is a line, or one pixel long', () => {
    const upright = person(upper).map((value, at) => (at % 3 === 0 ? 50 : value));
    const region = halfBodyRegion(
      { keypoints: upright, skeleton: coco17 },
      { ...always, padding: 0.1 },
      createRandom(1),
    );
    expect(region).toEqual({ center: { x: 50, y: 105 }, size: { width: 0, height: 1 } });
  });

  test('shows a person whole whose half is one spot', () => {
    const spot = person(upper).map((value, at) => (at % 3 === 2 ? value : 50));
    const one = { keypoints: spot, skeleton: coco17 };
    expect(halfBodyRegion(one, always, createRandom(1))).toBeNull();
  });

  test('happens as often as asked', () => {
    const whole = { keypoints: person([...upper, ...lower]), skeleton: coco17 };
    const draws = Array.from({ length: 4000 }, (_, seed) =>
      halfBodyRegion(whole, defaultAugmentation.halfBody!, createRandom(seed)),
    );
    const halves = draws.filter((region) => region !== null);
    // 0.3 of 4000; three standard deviations are 87
    expect(Math.abs(halves.length - 1200)).toBeLessThan(87);
    const uppers = halves.filter((region) => region.center.x === 50);
    expect(Math.abs(uppers.length / halves.length - 0.7)).toBeLessThan(0.04);
  });
});
