import { expect, test } from 'vitest';
import { parseCoco } from '../coco/parse-coco.ts';
import { coco17 } from './coco17.ts';
import { deriveSkeleton } from './derive-skeleton.ts';
import { jointGroups } from './joint-groups.ts';

test('names tell face, hands, upper and lower body', () => {
  const named = jointGroups(coco17).map(({ name, joints }) => [name, joints.length]);
  expect(named).toEqual([
    ['face', 5],
    ['hands', 2],
    ['upper_body', 11],
    ['lower_body', 6],
  ]);
  expect(jointGroups({ keypoints: ['left_forearm', 'heart', 'knee'] })).toEqual([
    { name: 'upper_body', joints: [0, 1] },
    { name: 'lower_body', joints: [2] },
  ]);
  expect(jointGroups({ keypoints: ['hip', 'knee'] })).toEqual([]);
});

const keypoints = ['beak', 'wing', 'claw'];

test('a category may state groups, which the dataset keeps, and halves of the body', () => {
  const groups = { head: ['beak'], upper_body: ['beak', 'wing'], lower_body: ['claw'] };
  const category = { id: 1, name: 'bird', keypoints, groups };
  const json = { images: [], annotations: [], categories: [category] };
  const dataset = parseCoco(json, { file: 'birds.json' });
  expect(dataset.category.groups).toEqual(groups);
  expect(dataset.skeleton).toMatchObject({ upperBody: [0, 1], lowerBody: [2] });
  expect(jointGroups(dataset.category)[0]).toEqual({ name: 'head', joints: [0] });
});

test('a group that is no list of names, or of an unknown joint, is named', () => {
  const wrong = {
    images: [],
    annotations: [],
    categories: [{ name: 'bird', keypoints, groups: [1] }],
  };
  expect(() => parseCoco(wrong, { file: 'birds.json' })).toThrow(
    'birds.json: categories[0] (id 1).groups: not COCO keypoints: expected names of joints by group: {"face": ["nose", …], …}, got a list of 1.',
  );
  expect(() => deriveSkeleton({ name: 'bird', keypoints, groups: { head: ['beek'] } })).toThrow(
    'skeleton "bird".groups.head: no such joint: expected one of beak, wing, claw, got beek. Did you mean "beak"?',
  );
});
