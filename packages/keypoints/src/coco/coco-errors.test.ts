import { describe, expect, test } from 'vitest';
import { coco17 } from '../skeletons/coco17.ts';
import { fullForm } from './coco-samples.suite.ts';
import { parseCoco } from './parse-coco.ts';

type Json = ReturnType<typeof fullForm>;

function withAnnotation(change: Record<string, unknown>): (json: Json) => unknown {
  return (json) => ({ ...json, annotations: [{ ...json.annotations[0], ...change }] });
}

describe('a message names file, id and field, and says what to do', () => {
  test.each<[string, (json: Json) => unknown, string]>([
    ['no object at all', () => 3, 'train.json: not COCO keypoints: expected an object, got 3.'],
    [
      'a top-level list missing',
      (json) => ({ annotations: json.annotations, categories: json.categories }),
      'train.json: images: missing: expected a list, got nothing.',
    ],
    [
      'no category',
      (json) => ({ ...json, categories: [] }),
      'train.json: categories: not COCO keypoints: expected a category with the names of its joints: ' +
        '"keypoints": ["nose", …], got a list of 0.',
    ],
    [
      'a category without keypoints',
      (json) => ({ ...json, categories: [{ id: 7, name: 'arm' }] }),
      'train.json: categories[0] (id 7).keypoints: missing: ' +
        'expected the names of its joints: ["nose", …], got nothing.',
    ],
    [
      'a misspelt field',
      (json) => ({ ...json, images: [{ id: 3, filename: 'a.jpg', width: 64, height: 48 }] }),
      'train.json: images[0] (id 3).file_name: missing: expected the name of a file, got nothing. ' +
        'Is "filename" meant to be "file_name"?',
    ],
    [
      'a box missing, and no joint to derive it from',
      (json) => {
        const { bbox: _, ...rest } = json.annotations[0]!;
        return { ...json, annotations: [{ ...rest, keypoints: [0, 0, 0, 0, 0, 0, 0, 0, 0] }] };
      },
      'train.json: annotations[0] (id 11).bbox: missing: expected 4 numbers: x, y, width, height, got nothing.',
    ],
    [
      'several faults at once',
      withAnnotation({ bbox: [1, 2, -3, 4], area: -1 }),
      'train.json: annotations[0] (id 11).bbox[2]: not a box: expected a number >= 0, got -3 (and 1 more fault).',
    ],
    [
      'three faults at once',
      withAnnotation({ bbox: [Number.NaN, 2, 3, 4], area: Infinity, num_keypoints: -1 }),
      'train.json: annotations[0] (id 11).bbox[0]: not a box: expected a number, got NaN (and 2 more faults).',
    ],
    [
      'an area without end',
      withAnnotation({ area: Infinity }),
      'train.json: annotations[0] (id 11).area: not an area: expected a number >= 0, got Infinity.',
    ],
    [
      'a count below 0',
      withAnnotation({ num_keypoints: -1 }),
      'train.json: annotations[0] (id 11).num_keypoints: not a count: expected an integer >= 0, got -1.',
    ],
    [
      'a part of a joint',
      withAnnotation({ num_keypoints: 1.5 }),
      'train.json: annotations[0] (id 11).num_keypoints: not a count: expected an integer >= 0, got 1.5.',
    ],
    [
      'NaN as an id',
      withAnnotation({ id: Number.NaN }),
      'train.json: annotations[0].id: not COCO keypoints: expected an integer or a text, got NaN.',
    ],
    [
      'an empty id',
      withAnnotation({ id: '' }),
      'train.json: annotations[0].id: not COCO keypoints: expected an integer or a text, got "".',
    ],
    [
      'results in the place of the dataset',
      () => [],
      'train.json: not a dataset: expected an object with "images", "annotations" and "categories", got a list. ' +
        'Were the results given in the place of the dataset?',
    ],
    [
      'NaN',
      withAnnotation({ keypoints: [Number.NaN, 20, 2, 15.5, 25, 1, 0, 0, 0] }),
      'train.json: annotations[0] (id 11).keypoints[0]: not finite: expected a number, got NaN.',
    ],
    [
      'too few numbers',
      withAnnotation({ keypoints: [1, 2, 2, 4] }),
      'train.json: annotations[0] (id 11).keypoints: wrong length: expected 9 numbers (3 x [x, y, v]), got 4. ' +
        'Is this another skeleton? List its joints in categories[].keypoints.',
    ],
    [
      '34 numbers where COCO-17 has 51',
      (json) => ({
        ...json,
        annotations: [{ ...json.annotations[0], keypoints: Array.from({ length: 34 }, () => 0) }],
        categories: [{ id: 7, name: 'person', keypoints: coco17.keypoints }],
      }),
      'train.json: annotations[0] (id 11).keypoints: wrong length: expected 51 numbers (17 x [x, y, v]), got 34. ' +
        'Is this another skeleton? List its joints in categories[].keypoints.',
    ],
    [
      'a visibility that does not exist',
      withAnnotation({ keypoints: [10, 20, 2, 15.5, 25, 3, 0, 0, 0] }),
      'train.json: annotations[0] (id 11).keypoints[5]: not a visibility (left_elbow): ' +
        'expected 0 not labelled, 1 hidden or 2 visible, got 3.',
    ],
    [
      'an image that does not exist',
      withAnnotation({ image_id: 4 }),
      'train.json: annotations[0] (id 11).image_id: no such image: expected the id of one of "images", got 4.',
    ],
    [
      'a person without a box in an image that does not exist',
      withAnnotation({ image_id: 4, bbox: undefined }),
      'train.json: annotations[0] (id 11).image_id: no such image: expected the id of one of "images", got 4.',
    ],
    [
      'a category that does not exist',
      withAnnotation({ category_id: 8 }),
      'train.json: annotations[0] (id 11).category_id: no such category: expected 7 ("arm"), got 8.',
    ],
    [
      'an id twice',
      (json) => ({ ...json, annotations: [json.annotations[0], json.annotations[0]] }),
      'train.json: annotations[1].id: an id twice: expected distinct ids, got 11.',
    ],
    [
      'annotations of two categories',
      (json) => ({
        ...json,
        annotations: [json.annotations[0], { ...json.annotations[1], category_id: 8 }],
        categories: [...json.categories, { id: 8, name: 'leg', keypoints: ['hip', 'knee', 'toe'] }],
      }),
      'train.json: categories: annotations of several categories: expected one category with keypoints, ' +
        'got "arm", "leg". Split the file by category.',
    ],
  ])('%s', (_, change, message) => {
    let error: unknown;
    try {
      parseCoco(change(fullForm()), { file: 'train.json' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: 'LimberError', code: 'invalid-annotations', message });
  });

  test('a skeleton that contradicts itself', () => {
    const json = fullForm();
    const categories = [{ ...json.categories[0], skeleton: [[1, 4]] }];
    expect(() => parseCoco({ ...json, categories }, { file: 'train.json' })).toThrow(
      'skeleton "arm".links: no such joint: expected indices 0 to 2, got 3.',
    );
  });
});
