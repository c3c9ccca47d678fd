import { describe, expect, test } from 'vitest';
import { arm, fullForm } from './coco-samples.suite.ts';
import { parseCocoFile } from './parse-coco-file.ts';
import { parseCoco } from './parse-coco.ts';

const file = 'train.json';

/** The sample with these categories, and the ids of those that its annotations are of. */
function withCategories(categories: readonly unknown[], ...usedIds: readonly number[]): object {
  const { images, annotations } = fullForm();
  const [one] = annotations;
  const used = usedIds.map((category_id, at) => ({ ...one, id: at + 1, category_id }));
  return { images, annotations: used, categories };
}

describe('the id of a category that has none', () => {
  const idsOf = (json: object): number[] =>
    parseCocoFile(json, { file, purpose: 'training' }).categories.map(({ id }) => id);

  test('is the only one in use, where there is one category', () => {
    expect(idsOf(withCategories([arm], 5, 5))).toEqual([5]);
  });

  test('is its place where none or several are in use', () => {
    expect(idsOf(withCategories([arm]))).toEqual([1]);
    expect(idsOf(withCategories([arm], 5, 6))).toEqual([1]);
  });

  test('is its place where there are several categories', () => {
    expect(idsOf(withCategories([arm, arm], 2))).toEqual([1, 2]);
  });
});

test('a category says no more than stands in the file', () => {
  const { categories } = parseCocoFile(withCategories([{ id: 7, keypoints: ['hip'] }], 7), {
    file,
    purpose: 'evaluation',
  });
  expect(categories).toStrictEqual([{ id: 7, name: 'thing', keypoints: ['hip'] }]);
});

test('groups, limbs, sigmas and pairs are kept', () => {
  const category = {
    ...fullForm().categories[0]!,
    groups: { upper: ['left_shoulder'], lower: ['left_wrist', 'left_elbow'] },
  };
  expect(parseCoco(withCategories([category], 7), { file }).category).toStrictEqual(category);
});

const links = 'limbs as pairs of joints, counted from 1: [[1, 2], …]';
const names = 'the names of its joints: ["nose", …]';
const groups = 'names of joints by group: {"face": ["nose", …], …}';
const pairs = 'a list of pairs of names: [["left_hip", "right_hip"], …]';

test.each<[object, string, string]>([
  [{ keypoints: [] }, names, 'a list of 0'],
  [{ keypoints: 'nose' }, names, '"nose"'],
  [{ keypoints: ['nose', 3] }, names, 'a list of 2'],
  [{ keypoints: ['', 'nose'] }, names, 'a list of 2'],
  [{ skeleton: 3 }, links, '3'],
  [{ skeleton: [[1, 2], [3]] }, links, 'a list of 2'],
  [{ skeleton: [[1, 2, 3]] }, links, 'a list of 1'],
  [{ skeleton: ['ab'] }, links, 'a list of 1'],
  [{ skeleton: [null] }, links, 'a list of 1'],
  [{ skeleton: [[1, 2.5]] }, links, 'a list of 1'],
  [{ skeleton: [[1, 2], { length: 2 }] }, links, 'a list of 2'],
  [{ groups: null }, groups, 'null'],
  [{ groups: 3 }, groups, '3'],
  [{ groups: [['left_wrist']] }, groups, 'a list of 1'],
  [{ groups: { hand: 'left_wrist' } }, groups, 'an object'],
  [{ groups: { hand: ['left_wrist'], arm: [3] } }, groups, 'an object'],
  [{ pairs: 3 }, pairs, '3'],
  [{ pairs: [['left_wrist', 'left_elbow', 'left_shoulder']] }, pairs, 'a list of 1'],
  [{ pairs: [['left_wrist', 'left_elbow'], 'ab'] }, pairs, 'a list of 2'],
])('%o is refused', (change, expected, got) => {
  const [field] = Object.keys(change);
  const json = withCategories([{ ...arm, id: 7, ...change }], 7);
  expect(() => parseCoco(json, { file })).toThrow(
    `train.json: categories[0] (id 7).${field}: not COCO keypoints: expected ${expected}, got ${got}.`,
  );
});

test('the ids of categories may be the only texts', () => {
  const json = withCategories([{ ...arm, id: 'dancer' }]);
  const annotations = [{ ...fullForm().annotations[0], category_id: 'dancer' }];
  const { category, annotations: read } = parseCoco({ ...json, annotations }, { file });
  expect([category.id, read[0]!.category_id]).toEqual([1, 1]);
  expect(read[0]).toMatchObject({ id: 11, image_id: 3 });
});
