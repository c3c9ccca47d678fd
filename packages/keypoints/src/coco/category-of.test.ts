import { expect, test } from 'vitest';
import { coco17 } from '../skeletons/coco17.ts';
import { deriveSkeleton } from '../skeletons/derive-skeleton.ts';
import { categoryOf } from './category-of.ts';

test('a skeleton is written as COCO writes it: limbs from 1, pairs by name', () => {
  const category = categoryOf(coco17);
  expect(category).toMatchObject({ id: 1, name: 'coco-17', keypoints: coco17.keypoints });
  expect(category.skeleton[0]).toEqual([16, 14]);
  expect(category.pairs![0]).toEqual(['left_eye', 'right_eye']);
  expect(category.sigmas).toBe(coco17.sigmas);
});

test('read back, it is the same skeleton', () => {
  const skeleton = deriveSkeleton({
    name: 'arm',
    keypoints: ['L1', 'R1', 'nose'],
    skeleton: [
      [1, 2],
      [3, 2],
    ],
    pairs: [['L1', 'R1']],
    sigmas: [0.1, 0.2, 0.3],
  });
  expect(deriveSkeleton(categoryOf(skeleton, 7))).toEqual(skeleton);
  expect(categoryOf(skeleton, 7).id).toBe(7);
});

test('pairs that are not known are not written', () => {
  const skeleton = deriveSkeleton({ name: 'arm', keypoints: ['left_hip', 'nose'] });
  expect(skeleton.pairs).toBeNull();
  expect(categoryOf(skeleton)).not.toHaveProperty('pairs');
});
