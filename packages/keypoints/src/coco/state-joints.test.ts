import { expect, test } from 'vitest';
import type { CocoFileCategory } from './coco-dataset.ts';
import { stateJoints } from './state-joints.ts';

const keypoints = ['lhip', 'rhip'];
const own: CocoFileCategory = {
  id: 7,
  name: 'dancer',
  keypoints,
  skeleton: [[1, 2]],
  sigmas: [0.079, 0.079],
  assumed_sigmas: keypoints,
  pairs: [],
  groups: { legs: keypoints },
};

test('what is stated stands in the place of what the file says, under its id and name', () => {
  const stated = {
    name: 'stated',
    keypoints,
    skeleton: [[2, 1]] as const,
    sigmas: [0.1, 0.2],
    pairs: [['lhip', 'rhip']] as const,
    groups: { left: ['lhip'] },
  };
  expect(stateJoints(own, stated, 'a.json')).toStrictEqual({ ...stated, id: 7, name: 'dancer' });
});

test('what is not stated stays, assumed sigmas too', () => {
  expect(stateJoints(own, { name: 'stated', keypoints }, 'a.json')).toStrictEqual(own);
  expect(stateJoints(own, undefined, 'a.json')).toBe(own);
});

test('what neither says is not there', () => {
  const bare = { id: 7, name: 'dancer', keypoints };
  expect(stateJoints(bare, { name: 'stated', keypoints }, 'a.json')).toStrictEqual(bare);
});
