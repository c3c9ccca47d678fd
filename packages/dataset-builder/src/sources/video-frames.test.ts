import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildDataset } from '../building/build-dataset.ts';
import { lintDataset } from '../linting/lint-dataset.ts';
import { summarizeDataset } from '../linting/summarize-dataset.ts';
import { writeSample } from './format-samples.suite.ts';
import type { OpenedDataset } from './open-dataset.ts';
import { openDataset } from './open-dataset.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-video-'));
  await writeSample(join(folder, 'data'), 'video');
  await rm(join(folder, 'data/images'), { recursive: true });
  await writeFile(join(folder, 'data/walk.mp4'), 'no video');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const build = ({ sources }: OpenedDataset): ReturnType<typeof buildDataset> =>
  buildDataset({
    sources,
    out: join(folder, 'out'),
    splits: { train: 1, val: 0, test: 0 },
    seed: 1,
  });

test('videos with COCO annotations are recognised; a missing ffmpeg is named, and nothing is left', async () => {
  const opened = await openDataset(join(folder, 'data'));
  expect(opened.format).toBe('video');
  expect(opened.decisions).toEqual(['videos: 1 videos, frames by ffmpeg']);
  vi.stubEnv('PATH', folder);
  await expect(build(opened)).rejects.toMatchObject({
    code: 'missing-file',
    message:
      'ffmpeg: not installed: expected the program that takes frames out of videos, got no such program in PATH. Install it (apt install ffmpeg, brew install ffmpeg), or give the frames as images.',
  });
  expect(await readdir(folder)).toEqual(['data']);
});

test('a frame of no video is named', async () => {
  await rename(join(folder, 'data/walk.mp4'), join(folder, 'data/run.mp4'));
  await expect(build(await openDataset(join(folder, 'data')))).rejects.toThrow(
    `${join(folder, 'data/frames.json')}: images[0] (id 1).file_name: a frame of no video: expected the name of a video and a number, such as walk/000012.png, for one of run, got "walk/001.png".`,
  );
});

test('where images are not needed, no frame is taken out of a video', async () => {
  const { sources } = await openDataset(join(folder, 'data'));
  vi.stubEnv('PATH', folder);
  const { images, persons } = await lintDataset({ sources, annotationsOnly: true });
  expect([images, persons]).toEqual([2, 3]);
  expect(await summarizeDataset(sources, { seed: 1 })).toMatchObject({ images: 2, persons: 3 });
  const summary = await buildDataset({
    sources,
    out: join(folder, 'out'),
    splits: { train: 1, val: 0, test: 0 },
    seed: 1,
    annotationsOnly: true,
  });
  expect(summary.splits).toMatchObject([{ images: 2, groups: 1, sizeBytes: 0 }]);
});
