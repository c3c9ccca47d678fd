import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '@limber/dataset-builder';
import { cocoSource, lintDataset } from '@limber/dataset-builder';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLintPage } from './lint-page.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-page-'));
  await mkdir(join(folder, 'images'));
});
afterEach(() => rm(folder, { recursive: true }));

/** One person in each image. */
async function open(
  images: readonly { name: string; width: number; height: number }[],
  bbox = [5, 5, 20, 20],
): Promise<Source> {
  const file = join(folder, 'people.json');
  const json = {
    images: images.map(({ name, ...size }, index) => ({ id: index + 1, file_name: name, ...size })),
    annotations: images.map((_, index) => ({
      id: index + 1,
      image_id: index + 1,
      category_id: 1,
      keypoints: [bbox[0]! + 3, bbox[1]! + 3, 2],
      bbox,
    })),
    categories: [{ id: 1, name: 'person', keypoints: ['nose'] }],
  };
  await writeFile(file, JSON.stringify(json));
  return await cocoSource({ annotations: file, images: join(folder, 'images') });
}

async function imagesOn(page: string): Promise<Buffer[]> {
  const found = page.matchAll(/href="data:image\/jpeg;base64,([^"]+)"/g);
  return Array.from(found, ([, text]) => Buffer.from(text!, 'base64'));
}

test('images that are there twice are drawn', async () => {
  const image = sharp({ create: { width: 40, height: 60, channels: 3, background: 'red' } });
  await image.jpeg().toFile(join(folder, 'images/a.jpg'));
  const bytes = await sharp(join(folder, 'images/a.jpg')).jpeg().toBuffer();
  for (const name of ['a.jpg', 'b.jpg']) await writeFile(join(folder, 'images', name), bytes);
  const source = await open(['a.jpg', 'b.jpg'].map((name) => ({ name, width: 40, height: 60 })));
  const report = await lintDataset({ sources: [source] });
  expect(report.findings.map(({ rule }) => rule)).toContain('duplicate-image');
  const page = await createLintPage(report, [source]);
  expect(page).toContain('b.jpg: the same file as &quot;a.jpg&quot;');
  expect(await imagesOn(page)).toHaveLength(1);
});

test('an image that is stored turned is drawn upright', async () => {
  // stored 60 x 40 with a red upper half, which is the right half of the upright 40 x 60
  const upper = await sharp({ create: { width: 60, height: 20, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  await sharp({ create: { width: 60, height: 40, channels: 3, background: 'blue' } })
    .composite([{ input: upper, left: 0, top: 0 }])
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(join(folder, 'images/a.jpg'));
  const source = await open([{ name: 'a.jpg', width: 40, height: 60 }], [26, 35, 10, 20]);
  const page = await createLintPage(await lintDataset({ sources: [source] }), [source]);
  const [drawn] = await imagesOn(page);
  const { data, info } = await sharp(drawn).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([40, 60]);
  const redAt = (x: number, y: number): number => data[(y * info.width + x) * info.channels]!;
  expect([redAt(39, 0) > 200, redAt(39, 59) > 200, redAt(0, 0) < 60]).toEqual([true, true, true]);
});
