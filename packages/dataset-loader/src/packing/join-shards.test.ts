import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { readCoco } from '@limber/keypoints';
import { expect, test } from 'vitest';
import { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import { rowsAsText } from '../datasets/rows-as-text.suite.ts';
import { writeDottedDataset } from './dotted-dataset.suite.ts';
import { joinShards } from './join-shards.ts';
import type { PackOptions } from './pack-dataset.ts';
import { packDataset } from './pack-dataset.ts';

const inputSize = { height: 64, width: 48 };

async function packedInParts(count: number, options: Partial<PackOptions> = {}) {
  const source = await writeDottedDataset(10);
  const { annotations, images, folder } = source;
  const all = { annotations, images, inputSize, corrupt: 'throw' as const, ...options };
  const pack = async (name: string, part?: PackOptions['part']): Promise<string> => {
    const out = join(folder, name);
    await packDataset({ ...all, out, ...(part && { part }) });
    return out;
  };
  return {
    ...source,
    packWhole: () => pack('whole'),
    packPart: (index: number) => pack(`part-${index}`, { index, count }),
  };
}

test('parts that are joined have the rows of a dataset that was packed at once, in its order', async () => {
  const { packWhole, packPart, images, json, folder } = await packedInParts(3, {
    corrupt: 'skip',
    skipLimit: 1,
  });
  await truncate(join(images, json.images[7]!.file_name), 40);
  const parts = [await packPart(2), await packPart(0), await packPart(1)];
  const whole = await packWhole();
  const out = join(folder, 'joined');
  const index = await joinShards(parts, out);
  expect(index).toMatchObject({ rows: 9, images: 9 });
  expect(index.skipped.map(({ imageId }) => imageId)).toEqual([json.images[7]!.id]);
  expect('part' in index).toBe(false);
  expect(index.shards.map(({ file }) => file)).toEqual(
    [0, 1, 2].map((at) => `shard-0000${at}.arrow`),
  );
  expect(await rowsAsText(out)).toEqual(await rowsAsText(whole));
  const [joined, at] = await Promise.all(
    [out, whole].map((place) => readCoco(join(place, 'annotations.json'))),
  );
  expect(joined).toEqual(at);
  // the same parts again replace it
  await joinShards(parts, out);
});

test('a part is no dataset, and what is not all parts of one is not joined', async () => {
  const { packWhole, packPart, folder } = await packedInParts(2);
  const first = await packPart(0);
  const second = await packPart(1);
  await expect(KeypointDataset.open(first)).rejects.toThrow(
    `${first}: part 0 of 2 of a dataset: expected all of it. Join the parts: joinShards, or the stage join-shards.`,
  );
  const out = join(folder, 'joined');
  const what = 'not the parts of one dataset, as they were packed with one set of options';
  await expect(joinShards([second], out)).rejects.toThrow(
    `${second}: ${what}: expected each part once, got part 1 of 2.`,
  );
  const whole = await packWhole();
  await expect(joinShards([first, whole], out)).rejects.toThrow(
    `${first}, ${whole}: ${what}: expected each part once, got part 0 of 2, a whole one.`,
  );
  const other = await packedInParts(2, { inputSize: { height: 32, width: 32 } });
  await expect(joinShards([first, await other.packPart(1)], out)).rejects.toThrow(what);
  await expect(packedInParts(11).then(({ packPart: pack }) => pack(0))).rejects.toThrow(
    'part: not a part of the images: expected an index below a count of at most 10, got 0 of 11.',
  );
});
