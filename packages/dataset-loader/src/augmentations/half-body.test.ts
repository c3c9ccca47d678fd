import { coco17, createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { defaultAugmentation } from './augmentation.ts';
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
    person(labelled),
    coco17,
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
    expect(regionOf([0, ...lower], 1)).toBeUndefined();
    const few = { ...always, minTotalKeypoints: 7, upperPrioritizedProbability: 1 };
    const region = halfBodyRegion(person([0, ...lower]), coco17, few, createRandom(1));
    expect(region).toEqual(lowerRegion);
  });

  test('shows a person whole who has fewer than 9 labelled joints', () => {
    expect(regionOf(upper.slice(0, 8), 1)).toBeUndefined();
    expect(regionOf(upper.slice(0, 9), 1)).toBeDefined();
  });

  test('shows a person whole whose half is one spot', () => {
    const spot = person(upper).map((value, at) => (at % 3 === 2 ? value : 50));
    expect(halfBodyRegion(spot, coco17, always, createRandom(1))).toBeUndefined();
  });

  test('happens as often as asked', () => {
    const whole = person([...upper, ...lower]);
    const draws = Array.from({ length: 4000 }, (_, seed) =>
      halfBodyRegion(whole, coco17, defaultAugmentation.halfBody!, createRandom(seed)),
    );
    const halves = draws.filter((region) => region !== undefined);
    // 0.3 of 4000; three standard deviations are 87
    expect(Math.abs(halves.length - 1200)).toBeLessThan(87);
    const uppers = halves.filter((region) => region.center.x === 50);
    expect(Math.abs(uppers.length / halves.length - 0.7)).toBeLessThan(0.04);
  });
});
