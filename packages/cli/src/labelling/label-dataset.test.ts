import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDataset, openDataset } from '@limber/dataset-builder';
import { packDataset } from '@limber/dataset-loader';
import { loadEngine } from '@limber/engine';
import type { CocoDataset } from '@limber/keypoints';
import { createRandom, readCoco } from '@limber/keypoints';
import { createModel, saveModel } from '@limber/model-zoo';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { labelDataset } from './label-dataset.ts';
import type { LabelOptions, LabelSummary } from './label-options.ts';

const skeleton = {
  name: 'person',
  keypoints: ['head', 'left_hand', 'right_hand'],
  links: [[0, 1] as const, [0, 2] as const],
  pairs: [[1, 2] as const],
  upperBody: [0, 1, 2],
  lowerBody: [],
  sigmas: [0.1, 0.1, 0.1],
};

let shared: string;
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), 'limber-label-shared-'));
  const engine = await loadEngine();
  const inputSize = { height: 64, width: 32 };
  const model = createModel(engine, { name: 'limber-tiny', inputSize, jointCount: 3 }, { seed: 4 });
  await saveModel(join(shared, 'run/train/model'), model, { skeleton });
  model.dispose();
  await mkdir(join(shared, 'photos/deep'), { recursive: true });
  const [height, width] = [120, 60];
  for (const [index, name] of ['a.png', 'deep/b.png', 'deep/c.png'].entries()) {
    const random = createRandom('photo', index);
    const shade = [40, 120, 255][index]!;
    const data = Uint8Array.from({ length: height * width * 3 }, () => random.uniform(0, shade));
    const image = sharp(data, { raw: { height, width, channels: 3 } });
    await image.toFile(join(shared, 'photos', name));
  }
});
afterAll(() => rm(shared, { recursive: true }));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-label-'));
  await cp(shared, folder, { recursive: true, preserveTimestamps: true });
});
afterEach(() => rm(folder, { recursive: true }));

const label = (words: readonly string[], options: Partial<LabelOptions> = {}) =>
  labelDataset(words, {
    teacher: join(folder, 'run'),
    out: join(folder, 'out'),
    workDir: join(folder, 'work'),
    minScore: -1,
    minPersonScore: 0.1,
    wholeImage: true,
    framesPerSecond: 5,
    skipBadImages: false,
    signal: new AbortController().signal,
    onProgress: () => {},
    onNotice: () => {},
    ...options,
  });

const visibilitiesOf = (keypoints: readonly number[]): number[] =>
  keypoints.filter((_, index) => index % 3 === 2);

const photos = (): string[] => [join(folder, 'photos')];
const read = (...path: string[]): Promise<CocoDataset> => readCoco(join(folder, ...path));

interface ReadPerson {
  readonly image: string;
  readonly keypoints: readonly number[];
  readonly bbox: unknown;
  readonly machine_label:
    { readonly teacher: string; readonly scores?: readonly number[] } | undefined;
}

/** Tools have no place for the score of a joint without a label. */
function asToolsKeepIt({ machine_label: made, ...person }: ReadPerson): ReadPerson {
  const labels = visibilitiesOf(person.keypoints);
  const scores = made!.scores!.map((score, joint) => (labels[joint] === 0 ? 0 : score));
  return { ...person, machine_label: { ...made!, scores } };
}

/** The persons of a dataset of any format, by image. */
async function personsOf(path: string): Promise<ReadPerson[]> {
  const { sources } = await openDataset(join(folder, path));
  const persons: ReadPerson[] = [];
  for await (const { fileName, annotations } of sources[0]!.items()) {
    for (const { keypoints, bbox, machine_label } of annotations) {
      persons.push({ image: fileName.replace(/^images\//, ''), keypoints, bbox, machine_label });
    }
  }
  return persons;
}

test('the dataset can be built and packed, and every label still says which model made it', async () => {
  const summary = await label(photos());
  expect(summary).toEqual({
    teacher: expect.stringMatching(/^limber-tiny [0-9a-f]{12}$/),
    images: 3,
    persons: 3,
    joints: { labelled: expect.any(Number), leftOut: 9 - summary.joints.labelled },
    personsLeftOut: 0,
    imagesToCorrect: 0,
    skipped: [],
    dataset: join(folder, 'out'),
    correction: null,
  } satisfies Record<keyof LabelSummary, unknown>);
  const { sources } = await openDataset(join(folder, 'out'));
  await buildDataset({
    sources,
    out: join(folder, 'built'),
    splits: { train: 1, val: 0, test: 0 },
    seed: 1,
    onDuplicates: 'allow',
  });
  await packDataset({
    annotations: join(folder, 'built/train.json'),
    images: join(folder, 'built/images'),
    out: join(folder, 'shards'),
    inputSize: { height: 64, width: 32 },
    corrupt: 'throw',
  });
  const { teacher } = summary;
  for (const file of ['out/annotations.json', 'built/train.json', 'shards/annotations.json']) {
    const { annotations, category } = await read(file);
    expect(category.pairs).toEqual([['left_hand', 'right_hand']]);
    expect(annotations.map((one) => one.machine_label?.teacher)).toEqual([
      teacher,
      teacher,
      teacher,
    ]);
    expect(annotations.every((one) => one.machine_label!.scores!.length === 3)).toBe(true);
    const { info } = JSON.parse(await readFile(join(folder, file), 'utf8')) as { info: unknown };
    expect(info).toEqual({ machine_labels: { [teacher]: 3 } });
  }
  expect(await readdir(folder)).not.toContain('work');
});

test('joints below the score have no label, and persons below it are left out', async () => {
  await label(photos());
  const { annotations } = await read('out/annotations.json');
  const scores = annotations.map((one) => one.machine_label!.scores!);
  const minScore = Math.min(...scores.flat()) + 1e-3;
  // one that lies outside of the image has no label either way
  const expected = annotations.map(({ keypoints }, index) =>
    visibilitiesOf(keypoints).map((before, at) => (scores[index]![at]! < minScore ? 0 : before)),
  );
  const isKept = expected.map((joints, index) => {
    const mean = scores[index]!.reduce((sum, score) => sum + score, 0) / joints.length;
    return mean >= minScore && joints.some((visibility) => visibility > 0);
  });
  const summary = await label(photos(), { out: join(folder, 'less'), minScore });
  const less = await read('less/annotations.json');
  expect(summary.personsLeftOut).toBe(isKept.filter((kept) => !kept).length);
  expect(less.annotations.map(({ keypoints }) => visibilitiesOf(keypoints))).toEqual(
    expected.filter((_, index) => isKept[index]),
  );
  const none = await label(photos(), { out: join(folder, 'none'), minScore: 10 });
  expect(none).toMatchObject({ persons: 0, personsLeftOut: 3, joints: { labelled: 0 } });
  expect((await read('none/annotations.json')).images).toHaveLength(3);
});

test.each(['cvat', 'label-studio'] as const)(
  'persons who are uncertain on average go to %s as they are; one uncertain joint is left out',
  async (to) => {
    await label(photos());
    const all = await personsOf('out');
    const scores = (await read('out/annotations.json')).annotations.map(
      (one) => one.machine_label!.scores!,
    );
    const means = scores.map((joints) => joints.reduce((sum, one) => sum + one, 0) / joints.length);
    // scores are rounded
    const minScore = Math.min(...means) + 1e-4;
    const summary = await label(photos(), { out: join(folder, 'sent'), minScore, to });
    const sure = all.map((person, one) => ({
      ...person,
      keypoints: person.keypoints.map((value, at) =>
        scores[one]![Math.floor(at / 3)]! < minScore ? 0 : value,
      ),
    }));
    // nothing is left of somebody whose sure joints lie outside of the image
    const isSent = (_: unknown, person: number): boolean =>
      means[person]! < minScore || visibilitiesOf(sure[person]!.keypoints).every((v) => v === 0);
    const sent = all.filter(isSent);
    const certain = sure.filter((_, one) => !isSent(_, one));
    expect(certain.length).toBeGreaterThan(0);
    expect(summary.imagesToCorrect).toBe(sent.length);
    expect(await personsOf('sent/correct')).toEqual(sent.map(asToolsKeepIt));
    expect(await personsOf('sent/certain')).toEqual(certain);
    const file = to === 'cvat' ? 'annotations.xml' : 'annotations.json';
    expect(summary.correction).toBe(join(folder, 'sent/correct', file));
  },
);

test('an interrupted labelling goes on where it was, also from half a line', async () => {
  const controller = new AbortController();
  const interrupted = label(photos(), {
    signal: controller.signal,
    onProgress: ({ done }) => done === 2 && controller.abort('SIGINT'),
  });
  await expect(interrupted).rejects.toBe('SIGINT');
  expect((await readdir(folder)).toSorted()).toEqual(['photos', 'run', 'work']);
  const journal = join(folder, 'work/labels.jsonl');
  const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  const marked = lines[1]!.replace(/"keypoints":\[[-\d.e]+,/, '"keypoints":[33.5,');
  await writeFile(journal, `${[lines[0], marked, lines[2]].join('\n')}\n["half`);
  const notices: string[] = [];
  await label(photos(), { onNotice: (line) => notices.push(line) });
  expect(notices).toEqual(['Going on: 2 images labelled before.']);
  const { annotations } = await read('out/annotations.json');
  expect(annotations.map(({ keypoints }) => keypoints[0] === 33.5)).toEqual([true, false, false]);
});

test('another way to find persons, or an image that changed, is not taken from the journal', async () => {
  const stop = new AbortController();
  const onProgress: LabelOptions['onProgress'] = ({ done }) => done === 2 && stop.abort('stop');
  await expect(label(photos(), { signal: stop.signal, onProgress })).rejects.toBe('stop');
  await rm(join(folder, 'photos/a.png'));
  await copyFile(join(folder, 'photos/deep/b.png'), join(folder, 'photos/a.png'));
  await label(photos());
  const [first, second] = (await read('out/annotations.json')).annotations;
  expect(first!.keypoints).toEqual(second!.keypoints);

  const boxes = join(folder, 'boxes.json');
  const images = [{ id: 4, file_name: 'a.png' }];
  const annotations = [{ image_id: 4, bbox: [10, 10, 30, 60] }];
  await writeFile(boxes, JSON.stringify({ images, annotations }));
  const image = join(folder, 'photos/a.png');
  const again = new AbortController();
  const halted = {
    out: join(folder, 'halted'),
    signal: again.signal,
    onProgress: () => again.abort('stop'),
  };
  await expect(label(photos(), halted)).rejects.toBe('stop');
  const notices: string[] = [];
  const onNotice: LabelOptions['onNotice'] = (line) => notices.push(line);
  await label([image], { out: join(folder, 'boxed'), wholeImage: false, boxes, onNotice });
  expect(notices).toEqual([
    'An earlier labelling was interrupted, with another teacher or other persons: starting anew.',
  ]);
  const boxed = await read('boxed/annotations.json');
  expect(boxed.images.map(({ id }) => id)).toEqual([4]);
  expect(boxed.annotations.map(({ bbox }) => bbox)).toEqual([[10, 10, 30, 60]]);
});

test.runIf(spawnSync('ffmpeg', ['-version']).status === 0)(
  'some frames of each second of a video are labelled, and stay together',
  async () => {
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=90x60:rate=10:duration=1'];
    const clip = join(folder, 'clip.mkv');
    execFileSync('ffmpeg', ['-v', 'error', ...source, clip]);
    expect(await label([clip, ...photos()])).toMatchObject({ images: 8, persons: 8 });
    const { images } = await read('out/annotations.json');
    expect(images.slice(3).map(({ id, file_name, group }) => [id, file_name, group])).toEqual(
      [1, 3, 5, 7, 9].map((frame, at) => [at + 4, `clip/00000${frame}.jpg`, 'clip']),
    );
  },
);

test('a model that has diverged is refused by name', async () => {
  const file = join(folder, 'run/train/model/weights.safetensors');
  const bytes = await readFile(file);
  const header = Number(bytes.readBigUInt64LE(0));
  for (let at = 8 + header; at < bytes.length; at += 4) bytes.writeFloatLE(Number.NaN, at);
  await writeFile(file, bytes);
  const model = join(folder, 'run/train/model/model.json');
  const { createHash } = await import('node:crypto');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const text = await readFile(model, 'utf8');
  await writeFile(model, text.replace(/"sha256": ?"[0-9a-f]+"/, `"sha256":"${sha256}"`));
  await expect(label([join(folder, 'photos/a.png')])).rejects.toThrow(
    `${join(folder, 'photos/a.png')}: what limber-tiny ${sha256.slice(0, 12)} finds is not a number: expected joints, got NaN. Its training has diverged: train it again, or name another teacher.`,
  );
});

test.each([
  [
    { teacher: 'movenet-thunde' },
    'movenet-thunde: no such teacher: expected movenet, movenet-lightning, movenet-thunder, or the folder of a trained model or of a run, got no such folder. Did you mean "movenet-thunder"?',
  ],
  [
    { boxes: 'boxes.json' },
    '--boxes and --whole-image say two things about where the persons are. Leave one of them out.',
  ],
])('%j is refused', async (options, message) => {
  await expect(label(photos(), options)).rejects.toThrow(message);
});

test('a folder that holds something is refused before anything is looked at', async () => {
  const out = join(folder, 'photos');
  await expect(label(photos(), { out })).rejects.toThrow(
    `${out}: the output folder is not empty: expected no folder of this name, or an empty one, got 2 entries. Remove it, or choose another name.`,
  );
  expect(await readdir(folder)).not.toContain('work');
});
