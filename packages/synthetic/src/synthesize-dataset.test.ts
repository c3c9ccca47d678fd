import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coco17, readCoco } from '@limber/keypoints';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepClip } from './clips/keep-clip.ts';
import type { RenderedFrame } from './clips/render-clip.ts';
import { fillSceneOptions } from './clips/scene-options.ts';
import type { ClipTask } from './clips/render-worker.ts';
// threads cannot load TypeScript, so what uses them is the built package
import { synthesizeDataset as synthesizeBuilt } from '../dist/index.js';
import type { MotionLabel } from './motions/motion-label.ts';
import { synthesizeDataset } from './synthesize-dataset.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-synthesize-'));
});
afterAll(() => rm(folder, { recursive: true }));

const small = { seed: 5, clips: 4, framesPerClip: 2 };

test('writes a COCO dataset that reads without a doubt', async () => {
  const out = join(folder, 'plain');
  const progress: number[] = [];
  const counts = await synthesizeDataset({
    ...small,
    out,
    onProgress: ({ done }) => progress.push(done),
  });
  expect(counts.images).toBe(8);
  expect(counts.persons).toBeGreaterThanOrEqual(8);
  expect(progress).toEqual([2, 4, 6, 8]);
  const dataset = await readCoco(join(out, 'annotations.json'), { strict: true });
  expect(dataset.derivations).toEqual([]);
  expect(dataset.skeleton.keypoints).toEqual(coco17.keypoints);
  expect(dataset.images.map(({ group }) => group)).toEqual(
    ['clip-0001', 'clip-0002', 'clip-0003', 'clip-0004'].flatMap((name) => [name, name]),
  );
  for (const [index, { file_name, width, height }] of dataset.images.entries()) {
    const { info } = await sharp(join(out, 'images', file_name))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([width, height]);
    const persons = dataset.annotations.filter(({ image_id }) => image_id === index + 1);
    expect(persons.length).toBeGreaterThan(0);
    for (const { area, bbox } of persons) {
      expect(area).toBeGreaterThan(0.1 * bbox[2] * bbox[3]);
      expect(area).toBeLessThanOrEqual(bbox[2] * bbox[3]);
    }
  }
  expect(
    (await readdir(join(out, 'images', 'clip-0002'))).toSorted((a, b) => a.localeCompare(b)),
  ).toEqual(['frame-0001.jpg', 'frame-0002.jpg']);
});

test('renders a part of the clips: the parts one after another are all of them', async () => {
  const whole = join(folder, 'all-clips');
  await synthesizeDataset({ ...small, out: whole });
  const all = await readCoco(join(whole, 'annotations.json'));
  const names: string[] = [];
  for (const index of [0, 1, 2]) {
    const out = join(folder, `part-${index}`);
    const counts = await synthesizeDataset({ ...small, part: { index, count: 3 }, out });
    const { images } = await readCoco(join(out, 'annotations.json'));
    expect(images).toHaveLength(counts.images);
    names.push(...images.map(({ file_name }) => file_name));
    for (const { file_name } of images) {
      const [part, one] = await Promise.all(
        [out, whole].map((place) => readFile(join(place, 'images', file_name))),
      );
      expect(part!.equals(one!)).toBe(true);
    }
  }
  expect(names).toEqual(all.images.map(({ file_name }) => file_name));
  const part = { index: 3, count: 3 };
  await expect(synthesizeDataset({ ...small, part, out: join(folder, 'none') })).rejects.toThrow(
    'synthetic source: part: out of range: expected an index below a count of at most all clips, got 3 of 3.',
  );
});

test('gives the same bytes without threads, with two, and again', async () => {
  const digests: string[] = [];
  for (const [name, workers] of [
    ['none', 0],
    ['two', 2],
    ['again', 2],
  ] as const) {
    const out = join(folder, name);
    await synthesizeBuilt({ ...small, out, workers });
    digests.push(await digestOfFolder(out));
  }
  expect(new Set(digests).size).toBe(1);
});

test.each([0, 2])(
  'ended by a signal, it goes on to the same bytes, %i threads',
  async (workers) => {
    const parent = await mkdtemp(join(folder, 'ended-'));
    const out = join(parent, 'out');
    const workDir = join(parent, 'work');
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = ({ done }: { readonly done: number }): void => {
      if (done === 4) controller.abort();
    };
    const ended = synthesizeBuilt({ ...small, out, workDir, workers, signal, onProgress });
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(parent)).toEqual(['work']);
    const kept = await readdir(join(workDir, 'clips'));
    expect(kept).toEqual(expect.arrayContaining(['clip-0001', 'clip-0002']));
    await synthesizeBuilt({ ...small, out, workDir, workers });
    expect(await digestOfFolder(out)).toBe(await digestOfFolder(join(folder, 'two')));
    expect(await readdir(workDir)).toEqual([]);
  },
);

test('a clip that was kept is not rendered again, unless another one is asked for', async () => {
  const parent = await mkdtemp(join(folder, 'kept-'));
  const file = join(parent, 'clip-0001');
  const task = (seed: number): ClipTask => ({
    key: { seed, clip: 0, shares: fillSceneOptions({}) },
    framesPerClip: 1,
    background: null,
  });
  const frame = {
    jpeg: Uint8Array.of(1, 2),
    size: { height: 1, width: 1 },
    persons: [],
  } as const;
  let rendered = 0;
  const render = async (): Promise<RenderedFrame[]> => {
    rendered++;
    return [{ ...frame, size: { height: rendered, width: 1 } }];
  };
  const heights: number[] = [];
  for (const seed of [1, 1, 2, 2, 1]) {
    heights.push((await keepClip(file, task(seed), render))[0]!.size.height);
  }
  expect(heights).toEqual([1, 1, 2, 2, 3]);
  expect([...(await keepClip(file, task(1), render))[0]!.jpeg]).toEqual([1, 2]);
});

test('a clip does not depend on how many there are', async () => {
  const [few, more] = [join(folder, 'few'), join(folder, 'more')];
  await synthesizeDataset({ ...small, clips: 1, out: few });
  await synthesizeDataset({ ...small, clips: 2, out: more });
  const name = 'images/clip-0001/frame-0002.jpg';
  expect(await readFile(join(few, name))).toEqual(await readFile(join(more, name)));
});

test('another seed gives other images', async () => {
  const out = join(folder, 'other');
  await synthesizeDataset({ ...small, clips: 1, seed: 6, out });
  const name = 'images/clip-0001/frame-0001.jpg';
  expect(await readFile(join(out, name))).not.toEqual(await readFile(join(folder, 'few', name)));
});

test('options out of range are refused by name, and nothing is left', async () => {
  const parent = await mkdtemp(join(folder, 'refused-'));
  const out = join(parent, 'out');
  await expect(synthesizeDataset({ ...small, clips: 0, out })).rejects.toThrow(
    'synthetic source: clips: out of range: expected an integer from 1, got 0.',
  );
  await expect(synthesizeDataset({ ...small, companions: 1.5, out })).rejects.toThrow(
    'synthetic source: companions: out of range: expected a number from 0 to 1, got 1.5.',
  );
  await expect(synthesizeDataset({ ...small, tilt: Number.NaN, out })).rejects.toThrow(
    'synthetic source: tilt: out of range: expected a number from 0 to 1, got NaN.',
  );
  await expect(synthesizeDataset({ ...small, motions: { squat: 0 }, out })).rejects.toThrow(
    'synthetic source: motions: out of range: expected numbers from 0, of which one at least is above 0, got {"squat":0}.',
  );
  await expect(synthesizeDataset({ ...small, backgrounds: parent, out })).rejects.toThrow(
    `synthetic source: backgrounds: ${parent}: no photographs: expected files that end in .jpg, .jpeg, .png, .webp.`,
  );
  const missing = join(parent, 'missing');
  await expect(synthesizeDataset({ ...small, backgrounds: missing, out })).rejects.toThrow(
    `synthetic source: backgrounds: ${missing}: cannot be read. Name a folder of photographs.`,
  );
  expect(await readdir(parent)).toEqual([]);
});

test('photographs stand behind the people, the same for any number of threads', async () => {
  const backgrounds = join(folder, 'photographs');
  await mkdir(join(backgrounds, 'more'), { recursive: true });
  const red = { width: 90, height: 60, channels: 3, background: '#d02020' } as const;
  const green = { ...red, background: '#20d020' };
  await sharp({ create: red }).jpeg().toFile(join(backgrounds, 'a.jpg'));
  await sharp({ create: green })
    .png()
    .toFile(join(backgrounds, 'more', 'b.png'));
  const options = { seed: 9, clips: 6, framesPerClip: 1, backgrounds, companions: 0 };
  const [one, two] = [join(folder, 'photo-one'), join(folder, 'photo-two')];
  await synthesizeBuilt({ ...options, out: one });
  await synthesizeBuilt({ ...options, out: two, workers: 2 });
  expect(await digestOfFolder(one)).toBe(await digestOfFolder(two));
  let photographs = 0;
  for (let clip = 1; clip <= options.clips; clip++) {
    const file = join(one, `images/clip-${String(clip).padStart(4, '0')}/frame-0001.jpg`);
    const { channels } = await sharp(file)
      .extract({ left: 0, top: 0, width: 24, height: 24 })
      .stats();
    const [r, g, b] = channels.map(({ mean }) => mean) as [number, number, number];
    if (Math.max(r, g) > 2 * Math.min(r, g) && Math.max(r, g) > 2 * b) photographs++;
  }
  expect(photographs).toBeGreaterThan(2);
});

test("Leeds' joints are written on request, and every person says what it does", async () => {
  const out = join(folder, 'leeds');
  const motions = { squat: 1, hanging: 1 };
  await synthesizeDataset({ ...small, out, joints: 'lsp-14', motions, companions: 0 });
  const text = await readFile(join(out, 'annotations.json'), 'utf8');
  const { annotations } = JSON.parse(text) as {
    annotations: { readonly motion: MotionLabel; readonly keypoints: readonly number[] }[];
  };
  expect(annotations.length).toBeGreaterThan(0);
  for (const { motion, keypoints } of annotations) {
    expect(['squat', 'hanging']).toContain(motion.action);
    expect(motion.phase).toBeGreaterThanOrEqual(0);
    expect(motion.phase).toBeLessThanOrEqual(1);
    expect(keypoints.length).toBe(14 * 3);
  }
  const { skeleton, findings } = await readCoco(join(out, 'annotations.json'));
  expect(skeleton.keypoints.slice(12)).toEqual(['neck', 'head_top']);
  expect(skeleton.pairs?.length).toBe(6);
  expect(findings.filter(({ kind }) => kind !== 'assumed-sigmas')).toEqual([]);
});

async function digestOfFolder(path: string): Promise<string> {
  const names = (await readdir(path, { recursive: true })).toSorted((a, b) => a.localeCompare(b));
  const hash = createHash('sha256');
  for (const name of names) {
    hash.update(name);
    if (/\.(jpg|json)$/.test(name)) hash.update(await readFile(join(path, name)));
  }
  return hash.digest('hex');
}
