import { describe, expect, test } from 'vitest';
import type { CocoAnnotation } from './coco-dataset.ts';
import {
  areaOfBox,
  boxAroundJoints,
  boxOfJoints,
  countLabelled,
  isWithoutArea,
} from './field-rules.ts';

/** The second joint is not labelled. */
const keypoints = [30, 50, 2, 900, 900, 0, 70, 40, 1];
const image = { width: 200, height: 100 };

test('labelled joints have v > 0', () => {
  expect(countLabelled(keypoints)).toBe(2);
  expect(countLabelled([])).toBe(0);
});

test('the area of a box is 0.53 of it, and at least 1', () => {
  expect(areaOfBox([7, 8, 20, 10])).toBeCloseTo(106, 12);
  expect(areaOfBox([7, 8, 1, 1])).toBe(1);
});

test('the box of joints reaches from the first to the last that is labelled', () => {
  expect(boxOfJoints(keypoints)).toEqual([30, 40, 40, 10]);
});

describe('the box around joints', () => {
  test('is wider by a tenth of its longer side on each side', () => {
    expect(boxAroundJoints(keypoints, image)).toEqual([26, 36, 48, 18]);
    const upright = [30, 20, 2, 900, 900, 0, 40, 70, 1];
    expect(boxAroundJoints(upright, image)).toEqual([25, 15, 20, 60]);
  });

  test('is wider by a pixel at least', () => {
    expect(boxAroundJoints([30, 50, 2, 34, 50, 2], image)).toEqual([29, 49, 6, 2]);
  });

  test.each([
    ['the left upper', [1, 2, 2, 41, 12, 2], [0, 0, 45, 16]],
    ['the right lower', [159, 89, 2, 199, 99, 2], [155, 85, 45, 15]],
  ])('ends at %s corner of the image', (_, joints, box) => {
    expect(boxAroundJoints(joints, image)).toEqual(box);
  });
});

describe('nothing can be found with an area of 0', () => {
  const person = { area: 0, iscrowd: 0, keypoints } as unknown as CocoAnnotation;

  test('of a person that counts', () => {
    expect(isWithoutArea(person)).toBe(true);
  });

  test.each<[string, Partial<CocoAnnotation>]>([
    ['a crowd', { iscrowd: 1 }],
    ['nobody with a labelled joint', { keypoints: [0, 0, 0] }],
    ['an area', { area: 0.1 }],
  ])('but not of %s', (_, change) => {
    expect(isWithoutArea({ ...person, ...change })).toBe(false);
  });
});
