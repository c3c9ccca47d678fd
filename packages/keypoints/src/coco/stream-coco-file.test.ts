import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fullForm, shortForm } from './coco-samples.suite.ts';
import { parseCocoFile } from './parse-coco-file.ts';
import { streamCocoFile } from './stream-coco-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-stream-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function stream(text: string): ReturnType<typeof streamCocoFile> {
  const file = join(folder, 'a.json');
  await writeFile(file, text);
  return await streamCocoFile({ file, purpose: 'training' });
}

const messageOf = async (text: string): Promise<string> =>
  await stream(text).then(
    () => 'no error',
    (error: Error) => error.message.replaceAll(folder, ''),
  );

test('a file read item by item gives what it gives as a whole, in any order of its lists', async () => {
  for (const json of [fullForm(), shortForm()]) {
    const { images, annotations, categories } = json;
    const outlined = annotations.map((one) => ({ ...one, segmentation: [[1, 2, 3.5]] }));
    const orders = [
      { info: { year: 2017 }, images, annotations: outlined, categories },
      { categories, annotations: outlined, images, licenses: [{ images: [1] }] },
    ];
    const file = join(folder, 'a.json');
    const whole = parseCocoFile(json, { file, purpose: 'training' });
    for (const order of orders) expect(await stream(JSON.stringify(order))).toEqual(whole);
  }
});

test('a name longer than a chunk, escapes and characters of several bytes are read', async () => {
  const json = fullForm();
  const file_name = `${'日本"\\'.repeat(120_000)}.jpg`;
  const read = await stream(
    JSON.stringify({ ...json, images: [{ ...json.images[0], file_name }] }),
  );
  expect(read.images[0]!.file_name).toBe(file_name);
});

test('what is not a dataset is named as when it is read as a whole', async () => {
  const json = fullForm();
  expect(await messageOf('')).toBe(
    '/a.json: not JSON: expected COCO keypoint JSON, got an empty file.',
  );
  expect(await messageOf('[]')).toBe(
    '/a.json: not a dataset: expected an object with "images", "annotations" and "categories", got a list. Were the results given in the place of the dataset?',
  );
  expect(await messageOf('\n []')).toMatch('/a.json: not a dataset: ');
  for (const item of [null, 3]) {
    expect(await messageOf(JSON.stringify({ ...json, annotations: [item] }))).toBe(
      `/a.json: annotations[0]: not COCO keypoints: expected an object, got ${item}.`,
    );
  }
  expect(await messageOf(JSON.stringify({ ...json, images: 3 }))).toBe(
    '/a.json: images: not COCO keypoints: expected a list, got 3.',
  );
  expect(await messageOf(JSON.stringify({ ...json, categories: undefined }))).toBe(
    '/a.json: categories: missing: expected a list, got nothing.',
  );
  const [first] = json.annotations;
  const wrong = { ...json, annotations: [first, { ...first, id: 12, keypoints: [1, null, 2] }] };
  expect(await messageOf(JSON.stringify(wrong))).toBe(
    '/a.json: annotations[1] (id 12).keypoints[1]: not COCO keypoints: expected a number, got null.',
  );
});

test.each([1, 20, 200, 400])('a file cut after %d characters is not JSON', async (length) => {
  expect(await messageOf(JSON.stringify(fullForm()).slice(0, length))).toMatch(
    /^\/a\.json: not JSON: expected COCO keypoint JSON, got /,
  );
});

test('a file that is not there is named', async () => {
  const file = join(folder, 'none.json');
  await expect(streamCocoFile({ file, purpose: 'training' })).rejects.toThrow(
    `${file}: cannot be read: expected COCO keypoint JSON, got no such file.`,
  );
});

test('ids of 64 bits keep every digit', async () => {
  const json = JSON.stringify(fullForm()).replaceAll('_id":3', '_id":9007199254740993');
  const text = json.replace('"id":3,', '"id":9007199254740993,');
  const { images, annotations } = await stream(text);
  expect(images[0]).toMatchObject({ id: 1, source_id: '9007199254740993' });
  expect(annotations[0]).toMatchObject({ id: 11, image_id: 1 });
});
