import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MachineLabel } from '@limber/keypoints';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildDataset } from '../building/build-dataset.ts';
import { samplePersons, writeSample } from './format-samples.suite.ts';
import type { FormatName, OpenOptions } from './open-dataset.ts';
import { openDataset } from './open-dataset.ts';
import type { Source, SourceItem } from './source.ts';
import { testSource } from './source.suite.ts';

const all = { train: 1, val: 0, test: 0 };
const named = ['coco', 'yolo-pose', 'cvat', 'label-studio', 'labelme'] as const;
const labelled = [...named, 'mpii'] as const;

let shared: string;
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'limber-formats-'));
  for (const format of [...labelled, 'images'] as const) {
    await writeSample(join(shared, format), format);
  }
});
afterAll(() => rm(shared, { recursive: true }));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-format-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function openOne(path: string, options: OpenOptions = {}): Promise<Source> {
  const { sources } = await openDataset(path, options);
  expect(sources).toHaveLength(1);
  return sources[0]!;
}

async function itemsOf(source: Source): Promise<SourceItem[]> {
  const items: SourceItem[] = [];
  for await (const item of source.items()) items.push(item);
  return items;
}

async function contentOf(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'base64')));
  return Object.fromEntries(files.map((file, index) => [file.slice(path.length), texts[index]!]));
}

for (const format of [...labelled, 'images'] as const) {
  testSource(format, () => openOne(join(shared, format)));
}

describe.each(named)('%s', (format) => {
  test('is recognised by looking, and its persons are those of the sample', async () => {
    const opened = await openDataset(join(shared, format));
    expect(opened.format).toBe(format);
    const [source] = opened.sources;
    expect(source!.skeleton.keypoints).toEqual(['hip', 'knee', 'toe']);
    const items = await itemsOf(source!);
    const persons = items.flatMap(({ annotations }) => annotations);
    expect(persons.map(({ keypoints, bbox }) => ({ keypoints, bbox }))).toEqual(samplePersons);
    expect(items.map(({ width, height }) => [width, height])).toEqual([
      [64, 48],
      [40, 80],
    ]);
  });
});

test.each([...labelled, 'images'] as const)(
  '%s: two builds have the same bytes, and the source stays as it is',
  async (format) => {
    const path = join(shared, format);
    const before = await contentOf(path);
    for (const out of ['one', 'two']) {
      const { sources } = await openDataset(path);
      await buildDataset({ sources, out: join(folder, out), splits: all, seed: 1 });
    }
    const one = await contentOf(join(folder, 'one'));
    expect(await contentOf(join(folder, 'two'))).toEqual(one);
    expect(await contentOf(path)).toEqual(before);
    expect(Object.keys(one).some((file) => file.endsWith('b.jpg'))).toBe(true);
  },
);

test('COCO becomes YOLO-pose and COCO again without losing what both hold', async () => {
  const build = async (from: string, to: 'coco' | 'yolo-pose', out: string): Promise<string> => {
    const { sources } = await openDataset(from);
    await buildDataset({ sources, out, to, splits: all, seed: 1 });
    return out;
  };
  const first = await build(join(shared, 'coco'), 'coco', join(folder, 'coco'));
  const yolo = await build(first, 'yolo-pose', join(folder, 'yolo'));
  const again = await build(yolo, 'coco', join(folder, 'again'));
  const read = async (path: string): Promise<unknown> => {
    const json = JSON.parse(await readFile(join(path, 'train.json'), 'utf8')) as {
      images: { file_name: string; width: number; height: number }[];
      annotations: { keypoints: number[]; bbox: number[] }[];
      categories: { name: string; keypoints: string[]; pairs: unknown }[];
    };
    return {
      images: json.images.map(({ file_name, width, height }) => ({ file_name, width, height })),
      persons: json.annotations.map(({ keypoints, bbox }) => ({ keypoints, bbox })),
      joints: json.categories.map(({ name, keypoints, pairs }) => ({ name, keypoints, pairs })),
    };
  };
  expect(await read(again)).toEqual(await read(first));
});

describe.each([
  ['cvat', 'train.xml', 'labels.json'],
  ['label-studio', 'train.json', 'config.xml'],
] as const)('%s', (to, file, labels) => {
  /** The sample, its persons labelled by a model as `made` says. */
  async function convert(made: readonly (MachineLabel | undefined)[]): Promise<Source> {
    const path = join(folder, 'labelled');
    await writeSample(path, 'coco');
    const text = await readFile(join(path, 'annotations.json'), 'utf8');
    const json = JSON.parse(text) as { annotations: object[] };
    for (const [index, machine_label] of made.entries()) {
      if (machine_label) Object.assign(json.annotations[index]!, { machine_label });
    }
    await writeFile(join(path, 'annotations.json'), JSON.stringify(json));
    const { sources } = await openDataset(path);
    await buildDataset({ sources, out: join(folder, 'out'), to, splits: all, seed: 1 });
    expect((await readdir(join(folder, 'out'))).toSorted()).toEqual(
      [labels, 'dataset.json', 'images', file].toSorted(),
    );
    return await openOne(join(folder, 'out'));
  }

  const madeBy = (scores: readonly number[]): MachineLabel => ({ teacher: 'm & "n"', scores });

  test('what is written is read as the same persons, and those of a model stay its own', async () => {
    // the second person has no third joint
    const made = [madeBy([0.9, 0.5, 0.25]), madeBy([0.3, 0.2, 0]), undefined];
    const source = await convert(made);
    expect(source.skeleton.keypoints).toEqual(['hip', 'knee', 'toe']);
    const items = await itemsOf(source);
    expect(items.map(({ fileName }) => fileName.replace(/^images\//, ''))).toEqual([
      'a.jpg',
      'deep/b.jpg',
    ]);
    const persons = items.flatMap(({ annotations }) => annotations);
    expect(
      persons.map(({ keypoints, bbox, machine_label }) => ({ keypoints, bbox, machine_label })),
    ).toEqual(samplePersons.map((person, index) => ({ ...person, machine_label: made[index] })));
  });

  test('a person is no longer the model’s once somebody has moved a joint', async () => {
    await convert([madeBy([1, 1, 1]), madeBy([1, 1, 0]), madeBy([1, 1, 1])]);
    const path = join(folder, 'out', file);
    const text = await readFile(path, 'utf8');
    const moved =
      to === 'cvat'
        ? text.replace('label="knee" source="auto"', 'label="knee" source="manual"')
        : correct(text);
    await writeFile(path, moved);
    const items = await itemsOf(await openOne(join(folder, 'out')));
    const persons = items.flatMap(({ annotations }) => annotations);
    expect(persons.map((person) => 'machine_label' in person)).toEqual([false, true, true]);
  });

  /** As Label Studio exports a task whose prediction was taken over and one joint of it moved. */
  function correct(text: string): string {
    const [first, ...rest] = JSON.parse(text) as {
      predictions: { result: { origin: string }[] }[];
    }[];
    const [{ result }] = first!.predictions as [{ result: { origin: string }[] }];
    result[2]!.origin = 'prediction-changed';
    return JSON.stringify([{ ...first, annotations: [{ result }], completed_by: 1 }, ...rest]);
  }
});

test('Label Studio: tasks that only a model has labelled are said to be so', async () => {
  const result: object[] = [];
  const tasks = [
    { data: { image: 'a.jpg' }, annotations: [], predictions: [{ result }] },
    { data: { image: 'deep/b.jpg' }, annotations: [{ result }], predictions: [7] },
  ];
  await writeSample(folder, 'images');
  await writeFile(join(folder, 'tasks.json'), JSON.stringify(tasks));
  expect((await openDataset(folder)).decisions).toEqual([
    'Label Studio: 2 tasks, images in images/',
    'Label Studio: 1 tasks have no annotation yet: what a model predicted is taken',
  ]);
});

test('MPII: joints count from 0, the box is the square of centre and scale inside the image', async () => {
  const [first] = await itemsOf(await openOne(join(shared, 'mpii')));
  const [person] = first!.annotations;
  expect(person!.keypoints.slice(0, 9)).toEqual([10, 8, 2, 12.5, 20, 2, 0, 0, 0]);
  expect(person!.bbox).toEqual([10, 15.5, 20, 20]);
});

test('photographs without labels are images without persons', async () => {
  const opened = await openDataset(join(shared, 'images'));
  expect(opened.format).toBe('images');
  expect(opened.decisions).toEqual(['photographs without labels: 2 images, nobody is labelled']);
  expect((await itemsOf(opened.sources[0]!)).map(({ fileName }) => fileName)).toEqual([
    'images/a.jpg',
    'images/deep/b.jpg',
  ]);
});

test('COCO in the layout of the published files: a folder of images for each split', async () => {
  await writeSample(folder, 'coco');
  const text = await readFile(join(folder, 'annotations.json'), 'utf8');
  await mkdir(join(folder, 'annotations'));
  for (const split of ['train2017', 'val2017']) {
    await writeFile(join(folder, 'annotations', `person_keypoints_${split}.json`), text);
    await writeSample(join(folder, split), 'images');
    await rename(join(folder, split, 'images'), join(folder, `${split}x`));
    await rm(join(folder, split), { recursive: true });
    await rename(join(folder, `${split}x`), join(folder, split));
  }
  await writeFile(
    join(folder, 'annotations', 'instances_val2017.json'),
    JSON.stringify({ images: [], annotations: [], categories: [{ id: 1, name: 'car' }] }),
  );
  await rm(join(folder, 'annotations.json'));
  await rm(join(folder, 'images'), { recursive: true });
  const { decisions, sources } = await openDataset(folder);
  expect(decisions).toEqual([
    'COCO: annotations/instances_val2017.json: left out, no keypoints',
    'COCO: annotations/person_keypoints_train2017.json: 2 images for train, images in train2017/',
    'COCO: annotations/person_keypoints_val2017.json: 2 images for val, images in val2017/',
  ]);
  const [first] = await itemsOf(sources[1]!);
  expect(first).toMatchObject({ split: 'val', path: join(folder, 'val2017', 'a.jpg') });
});

test('a file can be named in the place of its folder', async () => {
  const file = join(shared, 'coco', 'annotations.json');
  expect((await itemsOf(await openOne(file)))[1]!.path).toBe(
    join(shared, 'coco', 'images', 'deep', 'b.jpg'),
  );
});

test('images in sub-folders are found by the ends of their paths; two of one name are not guessed', async () => {
  await writeSample(folder, 'coco');
  const file = join(folder, 'annotations.json');
  const flat = (await readFile(file, 'utf8')).replace('deep/b.jpg', 'b.jpg');
  await writeFile(file, flat);
  expect((await itemsOf(await openOne(folder)))[1]!.path).toBe(join(folder, 'images/deep/b.jpg'));
  await mkdir(join(folder, 'images', 'other'));
  await writeFile(join(folder, 'images/other/b.jpg'), '');
  await expect(openOne(folder).then(itemsOf)).rejects.toThrow(
    `${file}: "b.jpg": several images of this name: expected one, got images/deep/b.jpg, images/other/b.jpg. Name the folder of the images: --images <folder>.`,
  );
});

test('annotations of several formats name the candidates', async () => {
  await writeSample(folder, 'coco');
  await writeSample(folder, 'cvat');
  await expect(openDataset(folder)).rejects.toThrow(
    `${folder}: annotations of several formats: expected those of one, got coco (annotations.json), cvat (annotations.xml). Name one of the files, or the format: --format coco.`,
  );
  expect((await openDataset(folder, { format: 'cvat' })).format).toBe('cvat');
  expect((await openDataset(join(folder, 'annotations.xml'))).format).toBe('cvat');
});

test('an empty folder and one that is not there say what was looked for', async () => {
  await expect(openDataset(folder)).rejects.toThrow(
    `${folder}: no annotations were found: expected COCO (JSON with images, annotations and categories), or Ultralytics YOLO-pose (data.yaml with kpt_shape, and labels/*.txt), or CVAT`,
  );
  await expect(openDataset(join(folder, 'none'))).rejects.toThrow(
    `${join(folder, 'none')}: cannot be read: expected a folder or a file of annotations, got no such file.`,
  );
});

const faults: readonly (readonly [FormatName, string, readonly [string, string], string])[] = [
  [
    'yolo-pose',
    'labels/a.txt',
    ['\n0 ', '\n0 x '],
    'labels/a.txt:2: not a number: expected numbers with spaces between, got "x".',
  ],
  [
    'yolo-pose',
    'data.yaml',
    ['flip_idx: [0, 1, 2]', 'flip_idx: [1, 2, 0]'],
    'data.yaml: flip_idx: not a mirror: expected 3 joints from 0, each the partner of its partner, got [1, 2, 0].',
  ],
  [
    'yolo-pose',
    'data.yaml',
    ['kpt_shape: [3, 3]', 'kpt_shape: [3, 4]'],
    'data.yaml: kpt_shape[1]: expected 2 or 3 values a joint.',
  ],
  [
    'cvat',
    'annotations.xml',
    ['points="10,8"', 'points="10"'],
    'annotations.xml:6:98: not a point: expected x,y, got "10".',
  ],
  [
    'cvat',
    'annotations.xml',
    ['</image>', '</images>'],
    'annotations.xml:8:12: not XML: got unexpected close tag.',
  ],
  [
    'label-studio',
    'tasks.json',
    ['"hip"', '7'],
    'tasks.json: [0].annotations[0].result[1].value.keypointlabels[0]: expected a name.',
  ],
  [
    'labelme',
    'images/a.json',
    ['"label": "knee"', '"label": "hip"'],
    'images/a.json: shapes[2]: a second "hip" of one person: expected one, got another at',
  ],
  ['mpii', 'train.json', ['[-1,-1]', '[-1]'], 'train.json: [0].joints[2]: expected [x, y].'],
];

test.each(faults)(
  'a fault of %s in %s is named with its place',
  async (...[format, file, change, message]) => {
    await writeSample(folder, format);
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    const changed = text.replace(...change);
    expect(changed).not.toBe(text);
    await writeFile(path, changed);
    const error = await openDataset(folder).then(
      () => new Error('no error'),
      (thrown: Error) => thrown,
    );
    expect(error.message.replaceAll(`${folder}/`, '')).toContain(message);
  },
);

test('a finding names the place in the file of the tool', async () => {
  await writeSample(folder, 'yolo-pose');
  const path = join(folder, 'labels', 'a.txt');
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replace(/ 2\n/, ' 2\n').replace(/^0 (\S+) (\S+) (\S+) (\S+) \S+/, '0 $1 $2 $3 $4 1.5'),
  );
  const { findings } = await openOne(folder);
  expect(findings.map(({ where }) => where.replace(folder, ''))).toContain(
    '/labels/a.txt:1.keypoints[0] (hip)',
  );
});

test('an image that cannot be read is left to the policy of the build', async () => {
  await writeSample(folder, 'yolo-pose');
  await writeFile(join(folder, 'images', 'a.jpg'), 'no image');
  const build = async (onBadImage: 'throw' | 'skip'): Promise<unknown> => {
    const { sources } = await openDataset(folder);
    const out = join(folder, `out-${onBadImage}`);
    return await buildDataset({ sources, out, splits: all, seed: 1, onBadImage, skipLimit: 1 });
  };
  await expect(build('throw')).rejects.toThrow('a.jpg: the image cannot be read');
  expect(await build('skip')).toMatchObject({
    skipped: [{ reason: expect.stringContaining('cannot be read') }],
  });
});
