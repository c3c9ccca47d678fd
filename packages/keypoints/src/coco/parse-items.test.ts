import { describe, expect, test } from 'vitest';
import { fullForm } from './coco-samples.suite.ts';
import type { CocoAnnotation } from './coco-dataset.ts';
import { parseCocoFile } from './parse-coco-file.ts';
import { parseCoco, toDataset } from './parse-coco.ts';

const file = 'train.json';
const [image] = fullForm().images as [object];
const [person] = fullForm().annotations as [object];

function without(item: object, ...fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !fields.includes(name)));
}

describe('an image', () => {
  const readFor = (purpose: 'training' | 'evaluation', item: unknown): unknown =>
    parseCocoFile({ ...fullForm(), images: [item] }, { file, purpose }).images[0];

  test('of a training set keeps what belongs to it', () => {
    const sha256 = 'ab'.repeat(32);
    const whole = { ...image, sha256, source_id: 9 };
    expect(readFor('training', { ...whole, license: 2 })).toStrictEqual(whole);
    expect(readFor('training', { ...whole, source_id: 'x' })).toStrictEqual({
      ...whole,
      source_id: 'x',
    });
  });

  test('of an evaluation may have an id alone, and what is of another kind is left out', () => {
    const odd = { file_name: 5, width: 'w', height: null, group: true, sha256: 7, source_id: {} };
    expect(readFor('evaluation', { id: 3, ...odd })).toStrictEqual({ id: 3 });
  });

  test.each<[unknown, string]>([
    [null, 'images[0]: not COCO keypoints: expected an object, got null'],
    [['a'], 'images[0]: not COCO keypoints: expected an object, got a list of 1'],
    [
      { ...image, file_name: '' },
      '.file_name: not COCO keypoints: expected the name of a file, got ""',
    ],
    [
      { ...image, file_name: 3 },
      '.file_name: not COCO keypoints: expected the name of a file, got 3.',
    ],
    [{ ...image, width: 0 }, '.width: not COCO keypoints: expected an integer > 0, got 0'],
    [{ ...image, width: 6.5 }, '.width: not COCO keypoints: expected an integer > 0, got 6.5'],
    [{ ...image, height: '48' }, '.height: not COCO keypoints: expected an integer > 0, got "48"'],
    [without(image, 'height'), '.height: missing: expected an integer > 0, got nothing'],
  ])('%j is refused in a training set', (item, message) => {
    const text = message.startsWith('.') ? `images[0] (id 3)${message}` : message;
    expect(() => readFor('training', item)).toThrow(`train.json: ${text}`);
    // nothing is pointed out that is named right
    expect(() => readFor('training', item)).not.toThrow('meant to be');
  });

  test.each([['3'], [1.5], [undefined]])('of an evaluation has a number as id, not %j', (id) => {
    expect(() => readFor('evaluation', { ...image, id })).toThrow(
      `train.json: images[0].id: ${id === undefined ? 'missing' : 'not COCO keypoints'}: expected an integer, got`,
    );
  });
});

describe('an annotation', () => {
  const read = (item: unknown): CocoAnnotation =>
    parseCocoFile({ ...fullForm(), annotations: [item] }, { file, purpose: 'training' })
      .annotations[0]!;

  test.each<[unknown, string]>([
    [{ ...person, iscrowd: 2 }, '.iscrowd: not COCO keypoints: expected 0 or 1, got 2.'],
    [{ ...person, iscrowd: 'no' }, '.iscrowd: not COCO keypoints: expected 0 or 1, got "no".'],
    [{ ...person, area: '12' }, '.area: not COCO keypoints: expected a number, got "12".'],
    [{ ...person, area: 'a'.repeat(38) }, `expected a number, got "${'a'.repeat(38)}".`],
    [{ ...person, area: 'a'.repeat(39) }, `expected a number, got "${'a'.repeat(39)}….`],
    [
      { ...person, bbox: [1, 2, 3] },
      '.bbox: not COCO keypoints: expected 4 numbers: x, y, width, height, got a list of 3.',
    ],
    [
      { ...person, keypoints: {} },
      '.keypoints: not COCO keypoints: expected a list of numbers, x, y, v a joint, got an object.',
    ],
    [{ ...person, keypoints: 'x' }, 'a list of numbers, x, y, v a joint, got "x".'],
  ])('%j is refused', (item, message) => {
    const text = message.startsWith('.') ? `train.json: annotations[0] (id 11)${message}` : message;
    expect(() => read(item)).toThrow(text);
  });

  test('is named by the id of the file where that is a text', () => {
    const annotations = [{ ...person, id: 'b', keypoints: 'x' }];
    expect(() => parseCoco({ ...fullForm(), annotations }, { file })).toThrow(
      'train.json: annotations[0] (id b).keypoints: not COCO keypoints',
    );
  });

  test.each([
    [true, 1],
    [1, 1],
    [false, 0],
    [0, 0],
    [undefined, 0],
  ])('with iscrowd %j has %j', (iscrowd, expected) => {
    expect(read({ ...person, iscrowd }).iscrowd).toBe(expected);
  });

  test('keeps where its area is from, and its id in another file', () => {
    expect(read(person)).toStrictEqual(person);
    const more = { ...person, area_source: 'bbox', source_id: 5 };
    expect(read(more)).toStrictEqual(more);
    expect(read({ ...person, area_source: 'mask', source_id: null })).toStrictEqual(person);
  });

  test('of another thing needs neither box nor joints', () => {
    const car = { id: 1, image_id: 3, category_id: 3 };
    const json = { ...fullForm(), annotations: [car, person] };
    expect(parseCoco(json, { file }).annotations.map(({ id }) => id)).toEqual([11]);
  });

  test('of a category with joints needs one of both, and both for an evaluation', () => {
    const [boxed, open] = [without(person, 'keypoints'), without(person, 'keypoints', 'bbox')];
    const readFor = (purpose: 'training' | 'evaluation', item: object) => (): unknown =>
      parseCocoFile({ ...fullForm(), annotations: [item] }, { file, purpose });
    const box = 'annotations[0] (id 11).bbox: missing: expected 4 numbers';
    expect(readFor('training', open)).toThrow(box);
    expect(readFor('evaluation', open)).toThrow(box);
    expect(readFor('training', boxed)).not.toThrow();
    expect(readFor('evaluation', boxed)).toThrow(
      'annotations[0] (id 11).keypoints: missing: expected a list of numbers',
    );
  });

  test('without a box gets the bare one of its joints where the size of its image is not known', () => {
    const open = without(person, 'bbox', 'area');
    const boxIn = (item: object): unknown =>
      parseCocoFile(
        { ...fullForm(), images: [item], annotations: [open] },
        { file, purpose: 'evaluation' },
      ).annotations[0]!.bbox;
    for (const item of [image, { id: 3 }]) expect(boxIn(item)).toEqual([10, 20, 5.5, 5]);
  });
});

test('what a file lacks is counted over people only', () => {
  const json = fullForm();
  const bare = without(person, 'area', 'iscrowd', 'num_keypoints');
  const car = { id: 1, image_id: 3, category_id: 3, bbox: [0, 0, 5, 5] };
  const raw = parseCocoFile(
    { ...json, annotations: [bare, car, { ...bare, id: 12 }] },
    { file, purpose: 'training' },
  );
  expect(raw.derivations).toEqual([
    { field: 'area', rule: '0.53 of the box, at least 1', count: 2 },
    { field: 'iscrowd', rule: '0', count: 2 },
    { field: 'num_keypoints', rule: 'joints with v > 0', count: 2 },
  ]);
  expect(raw.places).toEqual([0, 2]);
});

test('annotations that are right are not copied, since there may be millions', () => {
  const raw = parseCocoFile(fullForm(), { file, purpose: 'training' });
  expect(raw).not.toHaveProperty('places');
  expect(toDataset(raw, { file }).annotations[1]).toBe(raw.annotations[1]);
});
