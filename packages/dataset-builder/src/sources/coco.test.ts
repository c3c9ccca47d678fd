import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cocoSource } from './coco.ts';
import { testSource } from './source.suite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-coco-'));
  await mkdir(join(folder, 'images'));
});
afterAll(() => rm(folder, { recursive: true }));

const image = { id: 1, file_name: 'a.jpg', width: 256, height: 192 };
const category = { name: 'person', keypoints: ['nose', 'left_hip'], pairs: [] };
const annotation = {
  id: 1,
  image_id: 1,
  category_id: 1,
  keypoints: [20, 15, 2, 0, 0, 0],
  bbox: [1, 2, 30, 40],
};

async function open(json: object, more: object = {}): ReturnType<typeof cocoSource> {
  const annotations = join(folder, 'annotations.json');
  await writeFile(annotations, JSON.stringify(json));
  return await cocoSource({ annotations, images: join(folder, 'images'), ...more });
}

testSource('coco', () =>
  open({
    images: [image, { ...image, id: 2, file_name: 'deep/./b.jpg', group: 'walk' }],
    annotations: [
      annotation,
      { ...annotation, id: 2, image_id: 2 },
      { ...annotation, id: 3, image_id: 2 },
    ],
    categories: [category],
  }),
);

test('a short form is completed, and persons come with their image', async () => {
  const source = await open(
    { images: [image], annotations: [annotation], categories: [category] },
    { split: 'val' },
  );
  expect(source.derivations.map(({ field }) => field)).toEqual([
    'area',
    'iscrowd',
    'num_keypoints',
    'category.id',
    'category.skeleton',
    'sigmas',
  ]);
  const { value: item } = await source.items()[Symbol.asyncIterator]().next();
  expect(item).toMatchObject({
    where: `${join(folder, 'annotations.json')}: images[0] (id 1)`,
    id: 1,
    fileName: 'a.jpg',
    width: 256,
    height: 192,
    split: 'val',
    path: join(folder, 'images', 'a.jpg'),
    annotations: [
      {
        id: 1,
        keypoints: annotation.keypoints,
        num_keypoints: 1,
        bbox: [1, 2, 30, 40],
        area: 636,
        area_source: 'bbox',
        iscrowd: 0,
      },
    ],
  });
});

test('doubts are listed, or refused when strict', async () => {
  const json = {
    images: [image],
    annotations: [{ ...annotation, bbox: [1, 2, 30, 400] }],
    categories: [category],
  };
  const { findings } = await open(json);
  expect(findings).toEqual([
    {
      kind: 'box-outside-image',
      where: 'annotations[0] (id 1).bbox',
      message: '[1, 2, 30, 400] reaches outside the image: "a.jpg" is 256 wide and 192 high',
      image: 'a.jpg',
      person: 0,
    },
  ]);
  await expect(open(json, { strict: true })).rejects.toThrow('annotations[0] (id 1).bbox');
});

test('a file named twice is refused', async () => {
  const images = [image, { ...image, id: 2, file_name: './a.jpg' }];
  await expect(open({ images, annotations: [], categories: [category] })).rejects.toThrow(
    `${join(folder, 'annotations.json')}: images[1] (id 2).file_name: a file twice: expected every image once, with all its persons, got "./a.jpg", which is also images[0] (id 1).`,
  );
});

test('a name that only begins like the way out of the folder is taken', async () => {
  const images = [{ ...image, file_name: '..a.jpg' }];
  const source = await open({ images, annotations: [], categories: [category] });
  expect(source.imageCount).toBe(1);
});

test.each(['../a.jpg', '/etc/a.jpg', 'b/../../a.jpg', '..\\a.jpg', 'C:\\a.jpg'])(
  'a path out of the folder is refused: %s',
  async (file_name) => {
    const images = [{ ...image, file_name }];
    await expect(open({ images, annotations: [], categories: [category] })).rejects.toThrow(
      `images[0] (id 1).file_name: outside the folder of images: expected a path below it, got "${file_name}".`,
    );
  },
);

test('a missing folder of images is named', async () => {
  const json = { images: [image], annotations: [], categories: [category] };
  const images = join(folder, 'elsewhere');
  await expect(open(json, { images })).rejects.toThrow(
    `${images}: no such folder: expected the folder of the images that ${join(folder, 'annotations.json')} names, got nothing.`,
  );
});

test('the source is named after its file, or the folder of a file of the usual name', async () => {
  const json = { images: [], annotations: [], categories: [category] };
  await mkdir(join(folder, 'walkers'));
  for (const name of ['walkers/annotations.json', 'person_keypoints_val2017.json']) {
    await writeFile(join(folder, name), JSON.stringify(json));
  }
  const nameOf = async (file: string): Promise<string> =>
    (await cocoSource({ annotations: join(folder, file), images: folder })).name;
  expect(await nameOf('walkers/annotations.json')).toBe('walkers');
  expect(await nameOf('person_keypoints_val2017.json')).toBe('person_keypoints_val2017');
});

test('a skeleton file states sigmas and pairs', async () => {
  const skeleton = join(folder, 'skeleton.json');
  const keypoints = ['Rankle', 'tail'];
  const stated = { keypoints, sigmas: [0.1, 0.2], pairs: [] };
  await writeFile(skeleton, JSON.stringify(stated));
  const json = { images: [image], annotations: [annotation], categories: [{ keypoints }] };
  const source = await open(json, { skeleton });
  expect(source.category).toMatchObject(stated);
  expect(source.findings).toEqual([]);
});
