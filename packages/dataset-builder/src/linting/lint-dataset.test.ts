import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { coco17 } from '@limber/keypoints';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cocoSource } from '../sources/coco.ts';
import type { Source, SourceItem } from '../sources/source.ts';
import { fixSource } from './fix-source.ts';
import { lintDataset } from './lint-dataset.ts';
import { summarizeDataset } from './summarize-dataset.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-lint-'));
});
afterEach(() => rm(folder, { recursive: true }));

const image = { id: 1, file_name: 'a.jpg', width: 100, height: 200 };

/** Someone who stands upright, seen from the front: left is on the right. */
function standing(change: Readonly<Record<string, readonly [number, number]>> = {}): number[] {
  const places: Record<string, readonly [number, number]> = {
    left_shoulder: [70, 50],
    right_shoulder: [30, 50],
    left_hip: [65, 100],
    right_hip: [35, 100],
    left_knee: [66, 140],
    right_knee: [34, 140],
    left_ankle: [67, 180],
    right_ankle: [33, 180],
    ...change,
  };
  return coco17.keypoints.flatMap((name) => [...(places[name] ?? [0, 0]), places[name] ? 2 : 0]);
}

const person = {
  id: 7,
  image_id: 1,
  category_id: 1,
  keypoints: standing(),
  bbox: [20, 40, 60, 150],
  area: 5000,
  iscrowd: 0,
  num_keypoints: 8,
};

async function open(
  annotations: readonly object[],
  images: readonly object[] = [image],
): Promise<Source> {
  const file = join(folder, 'annotations.json');
  const categories = [{ id: 1, name: 'person', keypoints: coco17.keypoints }];
  await writeFile(file, JSON.stringify({ images, annotations, categories }));
  return await cocoSource({ annotations: file, images: folder });
}

async function drawImage(name: string, width = 100): Promise<void> {
  const background = { r: 9, g: 99, b: 9 };
  await sharp({ create: { width, height: 200, channels: 3, background } })
    .jpeg()
    .toFile(join(folder, name));
}

async function firstOf(source: Source): Promise<SourceItem> {
  for await (const item of source.items()) return item;
  throw new Error('no items');
}

async function find(source: Source): Promise<unknown[]> {
  const { findings } = await lintDataset({ sources: [source] });
  return findings.map(({ rule, severity, id, field, message }) => [
    `${severity} ${rule}`,
    id,
    field.replace(join(folder, 'annotations.json'), 'file'),
    message,
  ]);
}

test('a sound dataset has no findings', async () => {
  await drawImage('a.jpg');
  expect(await lintDataset({ sources: [await open([person])] })).toEqual({
    images: 1,
    persons: 1,
    findings: [],
  });
});

test.each<[string, object, unknown[]]>([
  [
    'a point outside the image',
    { keypoints: standing({ left_ankle: [67, 230] }) },
    [
      'warning point-outside-image',
      undefined,
      'annotations[0] (id 7).keypoints[45] (left_ankle)',
      '(67, 230) is outside the image: "a.jpg" is 100 wide and 200 high',
    ],
  ],
  [
    'a count that disagrees',
    { num_keypoints: 3 },
    [
      'warning count-disagrees',
      undefined,
      'annotations[0] (id 7).num_keypoints',
      'says 3, but 8 joints have v > 0: 8 is taken',
    ],
  ],
  [
    'an area of 0',
    { area: 0 },
    [
      'warning area-missing',
      undefined,
      'annotations[0] (id 7).area',
      'says 0 square pixels, so that no detection is near enough: 0.53 of the box is taken',
    ],
  ],
  [
    'a thin box',
    { bbox: [20, 40, 60, 0.5], keypoints: standing({}).map(() => 0), num_keypoints: 0 },
    [
      'error box-degenerate',
      7,
      'file: images[0] (id 1): person 1 (id 7).bbox',
      '[20, 40, 60, 0.5] is thinner than a pixel',
    ],
  ],
  [
    'a box that is not around its joints',
    { bbox: [0, 0, 20, 20] },
    [
      'warning box-without-joints',
      7,
      'file: images[0] (id 1): person 1 (id 7).bbox',
      '8 of 8 joints are far outside of it',
    ],
  ],
  [
    'left and right that are swapped',
    {
      keypoints: standing({
        left_hip: [35, 100],
        right_hip: [65, 100],
        left_knee: [34, 140],
        right_knee: [66, 140],
        left_ankle: [33, 180],
        right_ankle: [67, 180],
        left_shoulder: [70, 90],
        right_shoulder: [30, 90],
      }),
    },
    [
      'warning sides-swapped',
      7,
      'file: images[0] (id 1): person 1 (id 7).keypoints[33] (left_hip)',
      'left_hip and right_hip look swapped: their limbs are 73 px long, 22 px when exchanged',
    ],
  ],
  [
    'a swapped pair of wrists, far from each other',
    {
      keypoints: standing({
        left_elbow: [85, 60],
        right_elbow: [15, 60],
        left_wrist: [10, 62],
        right_wrist: [90, 62],
      }),
      num_keypoints: 12,
    },
    [
      'warning sides-swapped',
      7,
      'file: images[0] (id 1): person 1 (id 7).keypoints[27] (left_wrist)',
      'left_wrist and right_wrist look swapped: their limbs are 150 px long, 11 px when exchanged',
    ],
  ],
  [
    'an id of 0',
    { id: 0 },
    ['warning id-not-positive', 0, 'file: images[0] (id 1): person 1 (id 0).id', 'is 0'],
  ],
])('%s is found', async (_, change, finding) => {
  await drawImage('a.jpg');
  expect(await find(await open([{ ...person, ...change }]))).toEqual([finding]);
});

test('arms that cross in front of the body are not taken for swapped', async () => {
  await drawImage('a.jpg');
  const keypoints = standing({
    left_elbow: [70, 80],
    right_elbow: [30, 80],
    left_wrist: [38, 90],
    right_wrist: [62, 90],
  });
  expect(await find(await open([{ ...person, keypoints, num_keypoints: 12 }]))).toEqual([]);
});

test('a person that was labelled twice is found, and fixed by keeping the first', async () => {
  await drawImage('a.jpg');
  const source = await open([person, { ...person, id: 8 }]);
  expect(await find(source)).toEqual([
    [
      'warning duplicate-person',
      8,
      'file: images[0] (id 1): person 2 (id 8).keypoints',
      'is person 1 of the same image again: OKS 1.00',
    ],
  ]);
  const item = await firstOf(fixSource(source));
  expect(item.annotations.map(({ id }) => id)).toEqual([7]);
});

test('images that are missing, of another size or turned, and equal ones are found', async () => {
  const images = ['gone', 'wide', 'turned', 'one', 'two'].map((name, index) => ({
    ...image,
    id: index + 1,
    file_name: `${name}.jpg`,
  }));
  await drawImage('wide.jpg', 120);
  await drawImage('one.jpg');
  await drawImage('two.jpg');
  const turned = sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } });
  await turned.withMetadata({ orientation: 6 }).jpeg().toFile(join(folder, 'turned.jpg'));
  const annotations = images.map(({ id }) => ({ ...person, id, image_id: id }));
  const { findings } = await lintDataset({ sources: [await open(annotations, images)] });
  expect(findings.map(({ rule, image: name }) => [rule, name])).toEqual([
    ['bad-image', 'gone.jpg'],
    ['bad-image', 'wide.jpg'],
    ['exif-rotation', 'turned.jpg'],
    ['duplicate-image', 'two.jpg'],
  ]);
  // the source, by which a page finds the image
  expect(new Set(findings.map(({ file }) => file))).toEqual(new Set([basename(folder)]));
  expect(findings[1]!.message).toContain('expected 120 wide and 200 high, got 100 and 200');
});

test('a copy that is fixed has no point outside, boxes inside, and nobody without box and joints', async () => {
  const outside = {
    ...person,
    bbox: [20, 40, 60, 300],
    keypoints: standing({ left_ankle: [67, 230] }),
  };
  const nobody = { ...person, id: 8, bbox: [5, 5, 0, 0], keypoints: standing().map(() => 0) };
  const item = await firstOf(fixSource(await open([outside, nobody])));
  expect(item.annotations).toHaveLength(1);
  const [mended] = item.annotations;
  expect(mended!.keypoints.slice(45, 48)).toEqual([0, 0, 0]);
  expect(mended!.num_keypoints).toBe(7);
  expect(mended!.bbox).toEqual([20, 40, 60, 160]);
});

test('statistics count persons, joints and boxes', async () => {
  const images = [image, { ...image, id: 2, file_name: 'b.jpg' }];
  const hidden = standing().map((value, at) => (at % 3 === 2 && value === 2 ? 1 : value));
  const crowd = { ...person, id: 9, iscrowd: 1 };
  const source = await open([person, { ...person, id: 8, keypoints: hidden }, crowd], images);
  const numbers = await summarizeDataset([source], { seed: 1 });
  expect(numbers).toMatchObject({
    images: 2,
    persons: 2,
    crowds: 1,
    imagesWithoutPersons: 1,
    personsPerImage: { 0: 1, 2: 1 },
    jointsPerPerson: { 8: 2 },
    boxSizePx: { least: 150, median: 150, most: 150, mean: 150 },
    aspectRatio: { mean: 0.4 },
  });
  const nose = numbers.joints.find(({ joint }) => joint === 'nose');
  expect(nose).toEqual({
    joint: 'nose',
    visible: 0,
    hidden: 0,
    notLabelled: 2,
    meanPosition: null,
  });
  const hip = numbers.joints.find(({ joint }) => joint === 'left_hip');
  expect(hip).toMatchObject({
    visible: 1,
    hidden: 1,
    notLabelled: 0,
    meanPosition: { x: 0.75, y: 0.4 },
  });
});

test('a person without a box counts its joints, but has no position in the box', async () => {
  const flat = { ...person, id: 8, bbox: [20, 40, 0, 0] };
  const numbers = await summarizeDataset([await open([person, flat])], { seed: 1 });
  const hip = numbers.joints.find(({ joint }) => joint === 'left_hip');
  expect(hip).toMatchObject({ visible: 2, meanPosition: { x: 0.75, y: 0.4 } });
  expect(numbers.samples).toHaveLength(1);
});

test('of many persons, 2,000 are drawn for the plots by the seed, of all parts of the dataset', async () => {
  const annotations = Array.from({ length: 5000 }, (_, index) => ({
    ...person,
    id: index + 1,
    bbox: [20, 40, 60, 150 + index],
    num_keypoints: 8,
  }));
  const source = await open(annotations);
  const heights = async (seed: number): Promise<number[]> =>
    (await summarizeDataset([source], { seed })).samples.map(({ height }) => height);
  const drawn = await heights(1);
  expect(new Set(drawn).size).toBe(2000);
  expect(await heights(1)).toEqual(drawn);
  expect(await heights(2)).not.toEqual(drawn);
  const late = drawn.filter((height) => height >= 150 + 2500).length;
  // half of 2,000, within four standard deviations
  expect(Math.abs(late - 1000)).toBeLessThan(4 * Math.sqrt(2000 * 0.25));
});

test('persons that a model labelled are said to be so, by lint and by the numbers', async () => {
  await drawImage('a.jpg');
  const machine_label = { teacher: 'movenet-thunder', scores: coco17.keypoints.map(() => 0.5) };
  const moved = {
    ...person,
    id: 8,
    bbox: [0, 0, 100, 200],
    keypoints: standing().map((n) => n + (n > 2 ? 9 : 0)),
  };
  const source = await open([{ ...person, machine_label }, moved]);
  expect(await find(source)).toEqual([
    [
      'info machine-made',
      undefined,
      'annotations',
      '1 of 2 persons are labelled by movenet-thunder, not by people',
    ],
  ]);
  const { machineLabels } = await summarizeDataset([source], { seed: 1 });
  expect(machineLabels).toEqual({ 'movenet-thunder': 1 });
});
