import { coco17, flipIndices } from '@limber/keypoints';
import { array, assert, float, property } from 'fast-check';
import { expect, test } from 'vitest';
import { flipKeypoints } from './flip-keypoints.ts';

const partners = flipIndices(coco17);

test('flipping twice gives the same keypoints', () => {
  assert(
    property(array(float({ noNaN: true }), { minLength: 51, maxLength: 51 }), (values) => {
      const keypoints = Float32Array.from(values);
      expect(flipKeypoints(flipKeypoints(keypoints, partners), partners)).toEqual(keypoints);
    }),
  );
});

test('left and right change places, the nose stays', () => {
  const keypoints = Float32Array.from({ length: 51 }, (_, at) => at);
  const flipped = flipKeypoints(keypoints, partners);
  const [leftWrist, rightWrist] = [9, 10];
  expect([...flipped.subarray(0, 3)]).toEqual([0, 1, 2]);
  expect([...flipped.subarray(leftWrist * 3, leftWrist * 3 + 3)]).toEqual([30, 31, 32]);
  expect([...flipped.subarray(rightWrist * 3, rightWrist * 3 + 3)]).toEqual([27, 28, 29]);
});
