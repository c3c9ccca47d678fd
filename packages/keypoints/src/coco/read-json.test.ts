import { constants } from 'node:buffer';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fullForm } from './coco-samples.suite.ts';
import { readCoco, readCocoFile } from './read-coco.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-json-'));
  file = join(folder, 'a.json');
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['', 'not JSON: expected COCO keypoint JSON, got an empty file.'],
  [' \n', 'not JSON: expected COCO keypoint JSON, got an empty file.'],
  ['null', 'not COCO keypoints: expected an object, got null.'],
  ['3', 'not COCO keypoints: expected an object, got 3.'],
  ['{}', 'images: missing: expected a list, got nothing.'],
  ['[1]', 'not a dataset: expected an object with "images"'],
])('%j is no dataset', async (text, message) => {
  await writeFile(file, text);
  await expect(readCoco(file)).rejects.toThrow(`${file}: ${message}`);
});

test('line breaks and control characters of the file do not reach a message', async () => {
  await writeFile(file, '{"images":\n\u0007x}');
  const error = (await readCoco(file).catch((one: unknown) => one)) as Error;
  expect(error.message).toContain(
    `${file}: not JSON: expected COCO keypoint JSON, got SyntaxError`,
  );
  expect(error.message).not.toContain('\n');
  expect(error.message).not.toContain('\u0007');
});

describe('ids of 64 bits', () => {
  const [long, longer] = ['9007199254740993', '9007199254740995'];
  /** The sample, where texts of JSON stand for other ones. */
  const write = async (change: (text: string) => string, json: object = fullForm()) =>
    await writeFile(file, change(JSON.stringify(json)));

  test('keep their digits where only an image has one', async () => {
    const json = fullForm();
    const images = [...json.images, { ...json.images[0], id: 5 }];
    await write((text) => text.replace('"id":5', `"id":${long}`), { ...json, images });
    const dataset = await readCoco(file);
    expect(dataset.images.map(({ source_id }) => source_id)).toEqual([3, long]);
  });

  test('keep their digits where all are long, and nobody is annotated', async () => {
    const json = { ...fullForm(), annotations: [] };
    await write(
      (text) => text.replace('"id":3', `"id":${long}`).replace('"id":7', `"id":${longer}`),
      json,
    );
    const { images, category } = await readCoco(file);
    expect(images[0]).toMatchObject({ id: 1, source_id: long });
    expect(category.id).toBe(1);
  });

  test.each([
    ['the second annotation', '"id":12', [11, long]],
    ['the first annotation', '"id":11', [long, 12]],
  ])('keep their digits where only %s has one', async (_, id, ids) => {
    await write((text) => text.replace(id, `"id":${long}`));
    const { annotations } = await readCoco(file);
    expect(annotations.map(({ source_id }) => source_id)).toEqual(ids);
  });

  test('that a number does hold stay numbers beside them', async () => {
    const { images, categories } = fullForm();
    const json = {
      images: [
        { ...images[0], id: 1 },
        { ...images[0], id: 2 },
      ],
      annotations: [],
      categories,
    };
    await write(
      (text) => text.replace('"id":1', '"id":1000000000000000').replace('"id":2', `"id":${long}`),
      json,
    );
    await expect(readCocoFile(file)).rejects.toThrow(
      `${file}: images[1].id: not COCO keypoints: expected an integer, got "${long}".`,
    );
  });
});

test('a file longer than a string can be is read piece by piece', async () => {
  // nothing but zeros, which take no space: the first piece is refused, and the rest is never read
  await writeFile(file, '');
  await truncate(file, constants.MAX_STRING_LENGTH + 1);
  await expect(readCoco(file)).rejects.toThrow(
    `${file}: not JSON: expected COCO keypoint JSON, got Error: Unexpected "`,
  );
});
