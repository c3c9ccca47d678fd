import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fullForm } from './coco-samples.suite.ts';
import { parseCoco } from './parse-coco.ts';
import { readCoco } from './read-coco.ts';
import { toCocoJson } from './to-coco-json.ts';

const file = 'train.json';

/** The full form with these ids in the place of its numbers. */
function withIds(image: unknown, annotations: readonly unknown[], category: unknown) {
  const json = fullForm();
  return {
    images: [{ ...json.images[0], id: image }],
    annotations: json.annotations.map((one, index) => ({
      ...one,
      id: annotations[index],
      image_id: image,
      category_id: category,
    })),
    categories: [{ ...json.categories[0], id: category }],
  };
}

test('texts as ids are numbered from 1, and the ids of the file are kept beside', () => {
  const dataset = parseCoco(withIds('walk/1', ['b', 'a'], 'person'), { file });
  expect(dataset.images[0]).toMatchObject({ id: 1, source_id: 'walk/1' });
  expect(
    dataset.annotations.map(({ id, source_id, image_id }) => [id, source_id, image_id]),
  ).toEqual([
    [1, 'b', 1],
    [2, 'a', 1],
  ]);
  expect(dataset.category.id).toBe(1);
  const again = parseCoco(JSON.parse(toCocoJson(dataset)), { file });
  expect(again.annotations).toEqual(dataset.annotations);
  expect(again.images).toEqual(dataset.images);
});

test('whole numbers written as texts are those numbers', () => {
  const dataset = parseCoco(withIds('139', ['7', 8], 1), { file });
  expect(dataset.images[0]!.id).toBe(139);
  expect(dataset.annotations.map(({ id }) => id)).toEqual([7, 8]);
  expect(dataset.images[0]).not.toHaveProperty('source_id');
});

test('two ids of 64 bits that a number of JavaScript cannot tell apart stay two', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'limber-ids-'));
  const path = join(folder, 'a.json');
  const text = JSON.stringify(withIds(3, [11, 12], 7));
  const long = text
    .replaceAll('"id":11', '"id":9007199254740992')
    .replaceAll('"id":12', '"id": 9007199254740993 ');
  await writeFile(path, long);
  const { annotations } = await readCoco(path);
  expect(annotations.map(({ id, source_id }) => [id, source_id])).toEqual([
    [1, '9007199254740992'],
    [2, '9007199254740993'],
  ]);
  await rm(folder, { recursive: true });
});

test('a fault names the id of the file', () => {
  const json = withIds('walk', ['a', 'b'], 'person');
  const [first, second] = json.annotations;
  const wrong = (change: object) => () =>
    parseCoco({ ...json, annotations: [first, { ...second, ...change }] }, { file });
  expect(wrong({ image_id: 'run' })).toThrow(
    'train.json: annotations[1] (id b).image_id: no such image: expected the id of one of "images", got run.',
  );
  expect(wrong({ category_id: 'dog' })).toThrow(
    'train.json: annotations[1] (id b).category_id: no such category: expected the id of one of "categories" with keypoints, got dog.',
  );
  expect(wrong({ id: 'a' })).toThrow(
    'train.json: annotations[1].id: an id twice: expected distinct ids, got a.',
  );
  expect(wrong({ keypoints: [1, 2] })).toThrow('annotations[1] (id b).keypoints: wrong length');
  expect(wrong({ id: 1.5 })).toThrow(
    'train.json: annotations[1].id: not COCO keypoints: expected an integer or a text, got 1.5.',
  );
});

test('annotations and categories of other things are left out, and places stay those of the file', () => {
  const json = fullForm();
  const [first, second] = json.annotations;
  const car = { id: 1, image_id: 3, category_id: 3, bbox: [0, 0, 5, 5], area: 25, iscrowd: 0 };
  const dataset = parseCoco(
    {
      images: json.images,
      annotations: [
        car,
        first,
        { ...car, id: 2, keypoints: [] },
        { ...second, bbox: [1, 2, 0, 4] },
      ],
      categories: [
        { id: 3, name: 'car' },
        { id: 4, name: 'bus', keypoints: [] },
        ...json.categories,
      ],
    },
    { file },
  );
  expect(dataset.annotations.map(({ id }) => id)).toEqual([11, 12]);
  expect(dataset.findings.map(({ where }) => where)).toEqual(['annotations[3] (id 12).bbox']);
});

test('a person with a box and no joints has none labelled', () => {
  const json = fullForm();
  const { keypoints: _, ...boxed } = json.annotations[1]!;
  const dataset = parseCoco({ ...json, annotations: [json.annotations[0], boxed] }, { file });
  expect(dataset.annotations[1]).toMatchObject({
    keypoints: [0, 0, 0, 0, 0, 0, 0, 0, 0],
    num_keypoints: 0,
  });
  expect(dataset.derivations).toEqual([
    { field: 'keypoints', rule: 'no joint is labelled', count: 1 },
  ]);
});

test('a person without a box gets one around its joints, inside the image', () => {
  const json = fullForm();
  const { bbox: _, area: __, ...open } = json.annotations[0]!;
  const { annotations, derivations } = parseCoco(
    { ...json, annotations: [{ ...open, keypoints: [10, 20, 2, 0, 25, 1, 0, 0, 0] }] },
    { file },
  );
  expect(annotations[0]!.bbox).toEqual([0, 19, 11, 7]);
  expect(annotations[0]!.area).toBeCloseTo(0.53 * 77);
  expect(derivations[0]).toEqual({
    field: 'bbox',
    rule: 'around its labelled joints, wider by 0.1 of the longer side on each side, inside the image',
    count: 1,
  });
});

test('a field other than group names the groups', () => {
  const json = fullForm();
  const images = [{ ...json.images[0], video_id: 12 }];
  const read = parseCoco({ ...json, images }, { file, groupField: 'video_id' });
  expect(read.images[0]!.group).toBe('12');
});
