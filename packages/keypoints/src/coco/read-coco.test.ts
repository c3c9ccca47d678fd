import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fullForm, shortForm } from './coco-samples.suite.ts';
import { parseCoco } from './parse-coco.ts';
import { readCoco, readCocoFile, readSkeleton } from './read-coco.ts';
import { cocoJsonParts, toCocoJson } from './to-coco-json.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-coco-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a file is read as its JSON is parsed', async () => {
  const file = join(folder, 'a.json');
  await writeFile(file, JSON.stringify(fullForm()));
  expect(await readCoco(file)).toEqual(parseCoco(fullForm(), { file }));
});

test('strict reaches the parser', async () => {
  const file = join(folder, 'a.json');
  await writeFile(file, JSON.stringify(shortForm()));
  await expect(readCoco(file, { strict: true })).rejects.toThrow(`${file}: annotations[0] (id 1)`);
});

test('a missing file is named', async () => {
  const file = join(folder, 'none.json');
  await expect(readCoco(file)).rejects.toMatchObject({
    code: 'missing-file',
    message: `${file}: cannot be read: expected COCO keypoint JSON, got no such file.`,
  });
});

test('a cut file is named', async () => {
  const file = join(folder, 'cut.json');
  await writeFile(file, '{"images": [');
  await expect(readCoco(file)).rejects.toMatchObject({
    code: 'invalid-annotations',
    message: `${file}: not JSON: expected COCO keypoint JSON, got SyntaxError: Unexpected end of JSON input.`,
  });
});

test('what is written is read back the same, and needs no derivation any more', () => {
  for (const json of [fullForm(), shortForm()]) {
    const first = parseCoco(json, { file: 'a' });
    const again = parseCoco(JSON.parse(toCocoJson(first)), { file: 'b' });
    expect(again).toEqual({ ...first, derivations: [] });
    expect(toCocoJson(again)).toBe(toCocoJson(first));
  }
});

test('any keypoints survive writing and reading', () => {
  const coordinate = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  const joint = fc.tuple(coordinate, coordinate, fc.constantFrom(0, 1, 2));
  fc.assert(
    fc.property(fc.array(joint, { minLength: 3, maxLength: 3 }), (joints) => {
      const json = fullForm();
      // JSON has no -0
      const keypoints = joints.flat().map((value) => value + 0);
      const annotations = [{ ...json.annotations[0]!, keypoints }];
      const dataset = parseCoco({ ...json, annotations }, { file: 'a' });
      const again = parseCoco(JSON.parse(toCocoJson(dataset)), { file: 'b' });
      expect(again.annotations).toEqual(dataset.annotations);
    }),
    { seed: 1 },
  );
});

test('one image or annotation stands on each line', () => {
  const lines = toCocoJson(parseCoco(fullForm(), { file: 'a' }))
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[1]).toBe(
    '{"id":3,"file_name":"clip-1/a.jpg","width":64,"height":48,"group":"clip-1"}],',
  );
});

test('many images and annotations are one a line too, and read back', () => {
  const json = fullForm();
  const images = Array.from({ length: 700 }, (_, id) => ({ ...json.images[0]!, id }));
  const annotations = images.map(({ id }) => ({ ...json.annotations[0]!, id, image_id: id }));
  const dataset = parseCoco({ ...json, images, annotations }, { file: 'a' });
  const text = toCocoJson(dataset);
  expect(text.split('\n').filter((line) => line.startsWith('{"id":'))).toHaveLength(1400 + 1);
  expect(parseCoco(JSON.parse(text), { file: 'a' })).toEqual(dataset);
  // no part is longer than some hundred lines, and the last is not empty
  const lengths = [...cocoJsonParts(dataset)].map((part) => part.split('\n').length - 1);
  expect(lengths.filter((length) => length > 2)).toEqual([256, 256, 188, 256, 256, 188]);
  const exact = { ...dataset, images: images.slice(0, 512), annotations: [] };
  expect([...cocoJsonParts(exact)]).toHaveLength(5 + 2 - 1);
});

test('a skeleton file is a category, and messages name its fields', async () => {
  const file = join(folder, 'skeleton.json');
  const skeleton = { keypoints: ['lhip', 'rhip'], sigmas: [0.1, 0.1], pairs: [['lhip', 'rhip']] };
  await writeFile(file, JSON.stringify(skeleton));
  expect(await readSkeleton(file)).toEqual({ name: 'thing', ...skeleton });
  for (const [change, message] of [
    [
      { keypoints: 3 },
      `${file}: keypoints: not COCO keypoints: expected the names of its joints: ["nose", …], got 3.`,
    ],
    [{ sigmas: [0.1] }, 'skeleton "thing".sigmas: wrong length: expected 2 numbers, got 1.'],
  ] as const) {
    await writeFile(file, JSON.stringify({ ...skeleton, ...change }));
    await expect(readSkeleton(file)).rejects.toThrow(message);
  }
});

test('a person without a box is read for evaluation by its joints', async () => {
  const file = join(folder, 'a.json');
  const json = fullForm();
  const annotations = json.annotations.map((annotation) => ({ ...annotation, bbox: undefined }));
  await writeFile(file, JSON.stringify({ ...json, annotations }));
  const { annotations: read, derivations } = await readCocoFile(file);
  expect(read[0]!.bbox).toEqual([10, 20, 5.5, 5]);
  expect(derivations).toEqual([{ field: 'bbox', rule: 'around its labelled joints', count: 2 }]);
});
