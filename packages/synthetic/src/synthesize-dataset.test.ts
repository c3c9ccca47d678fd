import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coco17, readCoco } from '@limber/keypoints';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepClip } from './clips/keep-clip.ts';
import type { RenderedFrame } from './clips/render-clip.ts';
import type { ClipTask } from './clips/render-worker.ts';
// threads cannot load TypeScript, so what uses them is the built package
import { synthesizeDataset as synthesizeBuilt } from '../dist/index.js';
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
  expect(counts).toEqual({ images: 8, persons: 8 });
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
    const { area, bbox } = dataset.annotations[index]!;
    expect(area).toBeGreaterThan(0.15 * bbox[2] * bbox[3]);
    expect(area).toBeLessThan(bbox[2] * bbox[3]);
  }
  expect(
    (await readdir(join(out, 'images', 'clip-0002'))).toSorted((a, b) => a.localeCompare(b)),
  ).toEqual(['frame-0001.jpg', 'frame-0002.jpg']);
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
    key: { seed, clip: 0, standingShare: 0.2 },
    framesPerClip: 1,
  });
  const frame = {
    jpeg: Uint8Array.of(1, 2),
    size: { height: 1, width: 1 },
    keypoints: [],
    bbox: [0, 0, 1, 1],
    area: 1,
  } as const;
  let rendered = 0;
  const render = async (): Promise<RenderedFrame[]> => {
    rendered++;
    return [{ ...frame, area: rendered }];
  };
  const areas: number[] = [];
  for (const seed of [1, 1, 2, 2, 1]) {
    areas.push((await keepClip(file, task(seed), render))[0]!.area);
  }
  expect(areas).toEqual([1, 1, 2, 2, 3]);
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
  await expect(synthesizeDataset({ ...small, standingShare: 1.5, out })).rejects.toThrow(
    'synthetic source: standingShare: out of range: expected a number from 0 to 1, got 1.5.',
  );
  expect(await readdir(parent)).toEqual([]);
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
