import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readCoco } from '@limber/keypoints';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cocoSource } from '../sources/coco.ts';
import type { Source, SplitName } from '../sources/source.ts';
import type { BuildOptions } from './build-options.ts';
import { buildDataset } from './build-dataset.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-build-'));
});
afterEach(() => rm(folder, { recursive: true }));

const splits = { train: 0.5, val: 0.25, test: 0.25 };
const category = { id: 1, name: 'person', keypoints: ['nose', 'left_hip', 'right_hip'] };

interface TestImage {
  readonly file_name: string;
  readonly group?: string;
  readonly width?: number;
  readonly height?: number;
}

/** Writes a source of 24 x 32 images, each of another color, with one person each. */
async function makeSource(
  name: string,
  files: readonly TestImage[],
  options: { readonly split?: SplitName; readonly firstId?: number } = {},
): Promise<Source> {
  const { split, firstId = 1 } = options;
  const root = join(folder, name);
  for (const [index, { file_name }] of files.entries()) {
    const path = join(root, 'images', file_name);
    await mkdir(dirname(path), { recursive: true });
    const background = { r: (index * 40) % 256, g: name.length * 20, b: 90 };
    await writeFile(
      path,
      await sharp({ create: { width: 24, height: 32, channels: 3, background } })
        .jpeg()
        .toBuffer(),
    );
  }
  const images = files.map((image, index) => ({
    id: firstId + index,
    width: 24,
    height: 32,
    ...image,
  }));
  const annotations = images.map(({ id }) => ({
    id,
    image_id: id,
    category_id: 1,
    keypoints: [5, 6, 2, 7, 8, 1, 0, 0, 0],
    bbox: [2, 2, 10, 20],
  }));
  const file = join(root, 'annotations.json');
  await writeFile(file, JSON.stringify({ images, annotations, categories: [category] }));
  return await openSource(name, split);
}

function openSource(name: string, split?: SplitName): Promise<Source> {
  const root = join(folder, name);
  const fixed = split === undefined ? {} : { split };
  return cocoSource({
    annotations: join(root, 'annotations.json'),
    images: join(root, 'images'),
    ...fixed,
  });
}

function build(
  sources: readonly Source[],
  more: Partial<BuildOptions> = {},
): ReturnType<typeof buildDataset> {
  return buildDataset({ sources, out: join(folder, 'out'), splits, seed: 1, ...more });
}

const eight: readonly TestImage[] = Array.from({ length: 8 }, (_, index) => ({
  file_name: `clip${index >> 1}/${index}.jpg`,
  group: `clip${index >> 1}`,
}));

async function contentOf(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'base64')));
  return Object.fromEntries(files.map((file, index) => [file.slice(path.length), texts[index]!]));
}

test('images are copied byte for byte, splits keep groups whole, and everything is counted', async () => {
  const source = await makeSource('raw', eight);
  const summary = await build([source]);
  const out = join(folder, 'out');
  expect(
    summary.splits.map(({ name, images, persons, groups }) => [name, images, persons, groups]),
  ).toEqual([
    ['train', 4, 4, 2],
    ['val', 2, 2, 1],
    ['test', 2, 2, 1],
  ]);
  const groups = new Map<string, string>();
  for (const { file } of summary.splits) {
    const dataset = await readCoco(join(out, file), { strict: true });
    expect(dataset.derivations).toEqual([]);
    for (const image of dataset.images) {
      expect(groups.get(image.group!) ?? file).toBe(file);
      groups.set(image.group!, file);
      expect(await readFile(join(out, 'images', image.file_name))).toEqual(
        await readFile(join(folder, 'raw', 'images', image.file_name)),
      );
    }
  }
  expect(groups.size).toBe(4);
  expect(JSON.parse(await readFile(join(out, 'dataset.json'), 'utf8'))).toEqual(summary);
  expect(summary.ids).toEqual({ images: 'kept', annotations: 'kept' });
  expect(summary.sources[0]!.derivations[0]).toMatchObject({ field: 'area', count: 8 });
  expect((await readdir(out)).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'dataset.json',
    'images',
    'test.json',
    'train.json',
    'val.json',
  ]);
});

test('labels that a model made are still marked in the splits, and counted', async () => {
  await makeSource('raw', eight);
  const file = join(folder, 'raw/annotations.json');
  const json = JSON.parse(await readFile(file, 'utf8')) as { annotations: object[] };
  const machine_label = { teacher: 'movenet-thunder', scores: [0.5, 0.4, 0.1] };
  for (const annotation of json.annotations) Object.assign(annotation, { machine_label });
  await writeFile(file, JSON.stringify(json));
  const summary = await build([await openSource('raw')]);
  expect(summary.splits.map(({ machineLabels }) => machineLabels)).toEqual(
    [4, 2, 2].map((persons) => ({ 'movenet-thunder': persons })),
  );
  const { annotations } = await readCoco(join(folder, 'out/val.json'));
  expect(annotations.map((one) => one.machine_label)).toEqual([machine_label, machine_label]);
});

test('the same input gives the same bytes, wherever it is written, and the source is not changed', async () => {
  const source = await makeSource('raw', eight);
  const before = await contentOf(join(folder, 'raw'));
  await build([source], { out: join(folder, 'first') });
  await build([source], { out: join(folder, 'second') });
  expect(await contentOf(join(folder, 'second'))).toEqual(await contentOf(join(folder, 'first')));
  expect(await contentOf(join(folder, 'raw'))).toEqual(before);
});

test('two sources with the same file names and ids stay apart, each in its fixed split', async () => {
  const names = [{ file_name: 'a.jpg' }, { file_name: 'b.jpg' }];
  const train = await makeSource('mornings', names, { split: 'train' });
  const val = await makeSource('dusks', names, { split: 'val' });
  const summary = await build([train, val]);
  expect(summary.ids).toEqual({ images: 'renumbered', annotations: 'renumbered' });
  const read = async (file: string): Promise<unknown[]> => {
    const { images, annotations } = await readCoco(join(folder, 'out', file));
    return images.map(({ id, file_name }, index) => [
      id,
      file_name,
      annotations[index]!.id,
      annotations[index]!.image_id,
    ]);
  };
  expect(await read('train.json')).toEqual([
    [1, 'mornings/a.jpg', 1, 1],
    [2, 'mornings/b.jpg', 2, 2],
  ]);
  expect(await read('val.json')).toEqual([
    [3, 'dusks/a.jpg', 3, 3],
    [4, 'dusks/b.jpg', 4, 4],
  ]);
  expect(await readFile(join(folder, 'out/images/dusks/a.jpg'))).toEqual(
    await readFile(join(folder, 'dusks/images/a.jpg')),
  );
});

test('ids that are distinct over all sources are kept; an id 0 is not', async () => {
  const first = await makeSource('first', [{ file_name: 'a.jpg' }], {
    split: 'train',
    firstId: 70,
  });
  const second = await makeSource('second', [{ file_name: 'a.jpg' }], { split: 'val', firstId: 7 });
  const zero = await makeSource('zero', [{ file_name: 'a.jpg' }], { split: 'train', firstId: 0 });
  expect((await build([first, second])).ids.images).toBe('kept');
  expect((await readCoco(join(folder, 'out/train.json'))).images[0]!.id).toBe(70);
  const summary = await build([zero], { out: join(folder, 'renumbered') });
  expect(summary.ids.annotations).toBe('renumbered');
});

test('sources of one name get folders of their own', async () => {
  const names = [{ file_name: 'a.jpg' }];
  await makeSource('one/people', names);
  await makeSource('three/people', names);
  await build([await openSource('one/people', 'train'), await openSource('three/people', 'val')]);
  expect(
    (await readdir(join(folder, 'out/images'))).toSorted((a, b) => a.localeCompare(b)),
  ).toEqual(['people', 'people-2']);
});

test('a missing image is one clear error, and nothing is left', async () => {
  const source = await makeSource('raw', eight);
  const path = join(folder, 'raw/images/clip1/3.jpg');
  await rm(path);
  await expect(build([source])).rejects.toMatchObject({
    code: 'missing-file',
    exitCode: 2,
    message: `${join(folder, 'raw/annotations.json')}: images[3] (id 4).file_name: "clip1/3.jpg" cannot be read: expected an image at ${path}, got no such file. Is the folder of images the right one?`,
  });
  expect(await readdir(folder)).toEqual(['raw']);
});

test('ended by a signal, it throws the reason, and nothing is left', async () => {
  const source = await makeSource('raw', eight);
  const controller = new AbortController();
  const { signal } = controller;
  const done: number[] = [];
  const onProgress = (progress: { readonly done: number }): void => {
    done.push(progress.done);
    if (progress.done === 2) controller.abort();
  };
  await expect(build([source], { signal, onProgress })).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(done).toEqual([1, 2]);
  expect(await readdir(folder)).toEqual(['raw']);
});

test('a truncated image is one clear error, and nothing is left', async () => {
  const source = await makeSource('raw', eight);
  const path = join(folder, 'raw/images/clip0/1.jpg');
  const whole = await readFile(path);
  await writeFile(path, whole.subarray(0, whole.length - 40));
  const message = await build([source]).then(
    () => '',
    (error: Error) => error.message,
  );
  // the decoder's own last words are missing when other threads decode at the same time
  expect(message.replace(' premature end of JPEG image', '')).toBe(
    `${join(folder, 'raw/annotations.json')}: images[1] (id 2).file_name: "clip0/1.jpg" cannot be decoded: expected a whole image, got ${whole.length - 40} bytes: Input buffer has corrupt header:. Replace the file, or remove the image from the annotations.`,
  );
  expect(await readdir(folder)).toEqual(['raw']);
});

test('bad images can be left out, each with its reason and without paths of this machine', async () => {
  const source = await makeSource('raw', [
    ...eight,
    { file_name: 'gone.jpg' },
    { file_name: 'small.jpg', width: 99 },
  ]);
  await rm(join(folder, 'raw/images/gone.jpg'));
  const { skipped, splits } = await build([source], { onBadImage: 'skip', skipLimit: 2 });
  expect(skipped).toEqual([
    {
      where: 'raw: gone.jpg',
      reason:
        '"gone.jpg" cannot be read: expected an image at gone.jpg, got no such file. Is the folder of images the right one?',
    },
    {
      where: 'raw: small.jpg',
      reason:
        'not the size of "small.jpg": expected 24 wide and 32 high, got 99 and 32. Is it the right file? Annotations must be of the image at its full size.',
    },
  ]);
  expect(splits.reduce((sum, { images }) => sum + images, 0)).toBe(8);
});

test('more bad images than may be skipped end the build, by default a tenth', async () => {
  const source = await makeSource('raw', eight);
  await rm(join(folder, 'raw/images/clip1/3.jpg'));
  await rm(join(folder, 'raw/images/clip2/4.jpg'));
  const out = join(folder, 'out');
  const places = ['raw: clip1/3.jpg', 'raw: clip2/4.jpg'].map(
    (where, index) =>
      `${where}: "clip${index + 1}/${index + 3}.jpg" cannot be read: expected an image at clip${index + 1}/${index + 3}.jpg, got no such file. Is the folder of images the right one?`,
  );
  await expect(build([source], { onBadImage: 'skip' })).rejects.toMatchObject({
    code: 'limit-exceeded',
    message: `buildDataset: onBadImage: more bad images than may be skipped: expected at most 1, got 2: ${places.join(' · ')}. Mend them, or allow more with skipLimit.`,
  });
  await expect(build([source], { onBadImage: 'skip', skipLimit: 0 })).rejects.toThrow(
    'expected at most 0, got 1',
  );
  expect(await readdir(folder)).toEqual(['raw']);
  expect((await build([source], { onBadImage: 'skip', skipLimit: 2, out })).skipped).toHaveLength(
    2,
  );
});

test('an image that two splits hold ends the build, unless that is allowed', async () => {
  const first = await makeSource('walks', [{ file_name: 'a.jpg' }], { split: 'train' });
  const second = await makeSource('steps', [{ file_name: 'b.jpg' }], { split: 'val' });
  await expect(build([first, second])).rejects.toThrow(
    'steps/b.jpg: an image in two splits: expected what is tested on not to be trained on, got in val, identical with "walks/a.jpg" in train. Put them into one group or leave one out; or allow it: --allow-duplicates, allowDuplicates: true of the stage.',
  );
  const larger = await sharp(join(folder, 'steps/images/b.jpg'))
    .resize(24, 32)
    .jpeg({ quality: 60 })
    .toBuffer();
  await writeFile(join(folder, 'steps/images/b.jpg'), larger);
  await expect(build([first, second])).rejects.toThrow('near-identical with "walks/a.jpg"');
  const { findings } = await build([first, second], { onDuplicates: 'allow' });
  expect(findings).toEqual([
    {
      kind: 'duplicate-across-splits',
      where: 'steps/b.jpg',
      message: 'in val, near-identical with "walks/a.jpg" in train',
    },
  ]);
});

test('clips are known by their folders or prefixes, and the decision is said', async () => {
  const open = eight.map(({ file_name }) => ({ file_name }));
  const byFolder = await build([await makeSource('raw', open)], { out: join(folder, 'folders') });
  expect(byFolder.decisions).toEqual([
    'raw: images of one folder are a group: "clip0", "clip1" and 2 more (by their names)',
  ]);
  expect(byFolder.splits.reduce((sum, { groups }) => sum + groups, 0)).toBe(4);
  const flat = eight.map(({ file_name }) => ({ file_name: file_name.replace('/', '_') }));
  const byPrefix = await build([await makeSource('flat', flat)], { out: join(folder, 'prefixes') });
  expect(byPrefix.decisions).toEqual([
    'flat: images of one file-name prefix are a group: "clip0", "clip1" and 2 more (by their names)',
  ]);
  const photos = eight.map((_, index) => ({ file_name: `IMG_${index}.jpg` }));
  const alone = await build([await makeSource('photos', photos)], { out: join(folder, 'alone') });
  expect(alone.decisions).toEqual(['photos: every image is a group of its own']);
  const none = await makeSource('plain', open);
  expect((await build([none], { groupBy: 'none', out: join(folder, 'none') })).decisions).toEqual([
    'plain: every image is a group of its own',
  ]);
});

test('annotations can be written without reading any image', async () => {
  const source = await makeSource('raw', eight);
  await rm(join(folder, 'raw/images'), { recursive: true });
  const { splits: written } = await build([source], { annotationsOnly: true });
  expect(written.reduce((sum, { persons }) => sum + persons, 0)).toBe(8);
  expect(await readdir(join(folder, 'out'))).not.toContain('images');
});

test('ids that are counted anew say those of their source, and images their digest', async () => {
  const names = [{ file_name: 'a.jpg' }];
  const first = await makeSource('mornings', names, { split: 'train', firstId: 5 });
  const second = await makeSource('dusks', names, { split: 'val', firstId: 5 });
  await build([first, second]);
  const { images, annotations } = await readCoco(join(folder, 'out/val.json'));
  expect(images[0]).toMatchObject({ id: 2, source_id: 5 });
  expect(annotations[0]).toMatchObject({ id: 2, image_id: 2, source_id: 5 });
  expect(images[0]!.sha256).toBe(
    createHash('sha256')
      .update(await readFile(join(folder, 'dusks/images/a.jpg')))
      .digest('hex'),
  );
});

test('an image stored turned is listed, and refused when strict', async () => {
  const source = await makeSource('raw', [{ file_name: 'a.jpg', width: 32, height: 24 }]);
  const path = join(folder, 'raw/images/a.jpg');
  await writeFile(
    path,
    await sharp(await readFile(path))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer(),
  );
  const all = { train: 1, val: 0, test: 0 };
  const { findings } = await build([source], { splits: all });
  const message =
    'stored turned (EXIF orientation 6); its annotations are taken to be of the upright image';
  expect(findings).toEqual([{ kind: 'exif-rotation', where: 'raw: a.jpg', message }]);
  await expect(
    build([source], { splits: all, strict: true, out: join(folder, 'strict') }),
  ).rejects.toThrow(`raw: a.jpg: ${message}. Correct it, or build without strict.`);
});

test('sources of other joints are refused by name', async () => {
  const source = await makeSource('raw', eight);
  const skeleton = { ...source.skeleton, keypoints: ['nose', 'left_hip', 'tail'] };
  await expect(build([source, { ...source, name: 'cats', skeleton }])).rejects.toThrow(
    'source "cats": other joints than source "raw": expected 3: nose, left_hip, right_hip, got 3: nose, left_hip, tail. Build a dataset of each, or give all of them the same joints by their names (remapJoints, --joints).',
  );
  await expect(build([])).rejects.toThrow(
    'buildDataset: sources: nothing to build from: expected at least 1 source, got 0.',
  );
});

test('sources of other sigmas or pairs are refused by name', async () => {
  const source = await makeSource('raw', eight);
  for (const change of [{ sigmas: [0.1, 0.1, 0.1] }, { pairs: [] }]) {
    const skeleton = { ...source.skeleton, ...change };
    await expect(build([source, { ...source, name: 'cats', skeleton }])).rejects.toThrow(
      `source "cats": other ${Object.keys(change)[0]} than source "raw": expected `,
    );
  }
});

test('an area that was derived is marked in what is written', async () => {
  const source = await makeSource('raw', eight);
  await build([source], { out: join(folder, 'marked') });
  const { annotations, findings } = await readCoco(join(folder, 'marked/train.json'));
  expect(new Set(annotations.map(({ area_source }) => area_source))).toEqual(new Set(['bbox']));
  expect(findings).toEqual([]);
});
