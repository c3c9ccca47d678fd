import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { synthesizeDataset } from '../synthetic/synthesize-dataset.ts';
import { cocoSource } from './coco.ts';
import { testSource } from './source.suite.ts';
import { syntheticSource } from './synthetic.ts';

const options = { seed: 3, clips: 2, framesPerClip: 2 };

testSource('synthetic', async () => syntheticSource(options));

test('rendered while reading or read from a folder, people are the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'limber-synthetic-'));
  const out = join(folder, 'raw');
  await synthesizeDataset({ ...options, out });
  const images = join(out, 'images');
  const written = await cocoSource({ annotations: join(out, 'annotations.json'), images });
  const rendered = syntheticSource(options).items()[Symbol.asyncIterator]();
  for await (const { annotations, fileName, group, width } of written.items()) {
    const { value: item } = await rendered.next();
    expect(item).toMatchObject({ fileName, group, width });
    const { id: _, ...annotation } = annotations[0]!;
    expect(item.annotations).toEqual([annotation]);
  }
  expect((await rendered.next()).done).toBe(true);
  await rm(folder, { recursive: true });
});
