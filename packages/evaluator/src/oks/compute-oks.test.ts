import { expect, test } from 'vitest';
import { computeOks } from './compute-oks.ts';

const sigmas = [0.05, 0.1];

test('a perfect result has similarity 1, whatever the unlabelled joints say', () => {
  const person = { keypoints: [10, 20, 2, 0, 0, 0], area: 400 };
  expect(computeOks(person, { keypoints: [10, 20, 0.9, 77, 88, 0.1] }, sigmas)).toBe(1);
});

test('an error of two sigmas of the person scale gives exp(-1/2) for that joint', () => {
  const person = { keypoints: [10, 20, 2, 30, 40, 1], area: 400 };
  const twoSigmasPx = 2 * 0.1 * Math.sqrt(400);
  // along x, along y, and in the direction of 3 and 4
  for (const [x, y] of [
    [1, 0],
    [0, -1],
    [0.6, 0.8],
  ] as const) {
    const result = { keypoints: [10, 20, 1, 30 + x * twoSigmasPx, 40 + y * twoSigmasPx, 1] };
    expect(computeOks(person, result, sigmas)).toBeCloseTo((1 + Math.exp(-0.5)) / 2, 12);
  }
});

test('a person of area 0 is like an exact result alone', () => {
  const person = { keypoints: [10, 20, 2, 30, 40, 1], area: 0 };
  expect(computeOks(person, { keypoints: [10, 20, 1, 31, 40, 1] }, sigmas)).toBe(0.5);
});

test('a person without labelled joints has no similarity', () => {
  const person = { keypoints: [0, 0, 0, 0, 0, 0], area: 400 };
  expect(computeOks(person, { keypoints: [1, 1, 1, 2, 2, 1] }, sigmas)).toBeNaN();
});
