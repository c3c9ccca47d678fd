import { closeSync, openSync, statSync } from 'node:fs';
import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { LimberError } from '@limber/files';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeDottedDataset } from '../packing/dotted-dataset.suite.ts';
import { packDataset } from '../packing/pack-dataset.ts';
import type { ShardEntry } from '../shards/shard-index.ts';
import { readShardIndex } from '../shards/shard-index.ts';
import type { Block } from '../shards/read-footer.ts';
import { readFooter } from '../shards/read-footer.ts';
import { KeypointDataset } from './keypoint-dataset.ts';

const inputSize = { height: 64, width: 48 };

/** Packs `count` persons; the path of the shards and of the first one. */
async function pack(count: number): Promise<{ folder: string; shard: string }> {
  const source = await writeDottedDataset(count);
  const folder = join(source.folder, 'shards');
  const { annotations, images } = source;
  await packDataset({ annotations, images, out: folder, inputSize, corrupt: 'throw' });
  return { folder, shard: join(folder, 'shard-00000.arrow') };
}

async function overwrite(file: string, position: number, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, position);
  await handle.close();
}

function blocksOf(name: string): Block[] {
  const descriptor = openSync(name, 'r');
  onTestFinished(() => closeSync(descriptor));
  return readFooter({ name, descriptor }, { sizeBytes: statSync(name).size, onPart() {} }).blocks;
}

/** Lets the index say of the first shard what is in it now, as somebody may who wants to mislead. */
async function forgeIndex(folder: string): Promise<void> {
  const index = await readShardIndex(folder);
  const [entry] = index.shards as [ShardEntry];
  let { parts } = entry;
  for (;;) {
    const error = await openingError(folder);
    const got = /^.*: (\w+) .* have changed .*, got (\w{64})\./.exec(error.message);
    if (got === null) return;
    const part = { names: 'footer', places: 'messages', keypoints: 'heads' }[got[1]!]!;
    parts = { ...parts, [part]: got[2]! };
    const shards = [{ ...entry, parts }];
    await writeFile(join(folder, 'shards.json'), JSON.stringify({ ...index, shards }));
  }
}

async function openingError(folder: string): Promise<LimberError> {
  const error = await KeypointDataset.open(folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LimberError);
  return error as LimberError;
}

describe('KeypointDataset', () => {
  test('any row read alone equals the row of the whole file read in sequence', async () => {
    const { folder, shard } = await pack(135);
    const table = tableFromIPC(await readFile(shard));
    const dataset = await KeypointDataset.open(folder);
    expect(dataset.size).toBe(135);
    for (const index of [134, 0, 127, 128, 15, 16, 7]) {
      const row = dataset.get(index);
      const expected = table.get(index)!.toJSON();
      expect(row.annotationId).toBe(Number(expected['annotation_id']));
      expect(row.imageId).toBe(Number(expected['image_id']));
      expect(row.imageSize).toEqual({ height: 200, width: 240 });
      expect(row.bbox).toEqual([...(expected['bbox'] as Iterable<number>)]);
      expect(row.area).toBe(expected['area']);
      expect(row.iscrowd).toBe(0);
      expect(row.keypoints).toEqual(
        (expected['keypoints'] as { toArray(): Float32Array }).toArray(),
      );
      expect(row.cropToImage).toEqual([...(expected['crop_to_image'] as Iterable<number>)]);
      expect([row.cropSize.width, row.cropSize.height]).toEqual([
        expected['crop_width'],
        expected['crop_height'],
      ]);
      expect(expected['image_crc32']).toBe(crc32(row.image));
      expect(Buffer.compare(row.image, expected['image'] as Uint8Array)).toBe(0);
    }
    dataset.close();
  });

  test('knows skeleton, category, digest, input size and where the ground truth is', async () => {
    const { folder } = await pack(2);
    const dataset = await KeypointDataset.open(folder);
    expect(dataset.skeleton.keypoints).toEqual(['left_hand', 'right_hand', 'head']);
    expect(dataset.category.name).toBe('dots');
    expect(dataset.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(dataset.inputSize).toEqual(inputSize);
    expect(dataset.annotations).toBe(join(folder, 'annotations.json'));
    dataset.close();
  });

  test('images that are read into memory that is used again are those of memory of their own', async () => {
    const { folder } = await pack(6);
    const dataset = await KeypointDataset.open(folder);
    onTestFinished(() => dataset.close());
    const scratch = { bytes: Buffer.alloc(0) };
    const own = [0, 1, 2, 3, 4, 5].map((row) => dataset.get(row).image);
    for (const row of [3, 0, 5, 5, 1, 4, 2]) {
      const { image } = dataset.get(row, scratch);
      expect(image).toEqual(own[row]);
      expect(image.buffer).toBe(scratch.bytes.buffer);
    }
    expect(own[0]).toEqual(dataset.get(0).image);
  });

  test('a row that is not there is refused', async () => {
    const { folder } = await pack(2);
    const dataset = await KeypointDataset.open(folder);
    expect(() => dataset.get(2)).toThrow(`${folder}: no such row: expected 0 to 1, got 2.`);
    expect(() => dataset.get(0.5)).toThrow('no such row');
    dataset.close();
  });
});

describe('damaged shards are refused:', () => {
  test('a folder without shards', async () => {
    const { folder } = await writeDottedDataset(1);
    const error = await openingError(folder);
    const file = join(folder, 'shards.json');
    expect(error.code).toBe('missing-file');
    expect(error.message).toBe(
      `${file}: cannot be read: expected a folder of shards, as packDataset writes it, got no such file.`,
    );
  });

  test.each([
    ['limber-keypoints/0', 'not shards of this version', 'Pack the dataset again.'],
    ['coco', 'not shards of this version', 'Pack the dataset again.'],
    [
      'limber-keypoints/40',
      'shards of a newer version of Limber',
      'Update Limber, or pack the dataset again.',
    ],
  ])('an index of format %s', async (format, what, fix) => {
    const { folder } = await pack(1);
    const file = join(folder, 'shards.json');
    const index = { ...(await readShardIndex(folder)), format, else: 'what a newer version adds' };
    await writeFile(file, JSON.stringify(index));
    const error = await openingError(folder);
    expect(error.code).toBe('corrupt-data');
    expect(error.message).toBe(
      `${file}: ${what}: expected format "limber-keypoints/3", got "${format}". ${fix}`,
    );
  });

  test('an index that is not one', async () => {
    const { folder } = await pack(1);
    const file = join(folder, 'shards.json');
    await writeFile(file, '[]');
    expect((await openingError(folder)).message).toBe(
      `${file}: not shards of this version: expected format "limber-keypoints/3", got none. Pack the dataset again.`,
    );
    await writeFile(file, '{"format":"limber-keypoints/3"}');
    expect((await openingError(folder)).message).toBe(
      `${file}: source: Invalid input: expected string, received undefined. Pack the dataset again.`,
    );
  });

  test('a truncated shard', async () => {
    const { folder, shard } = await pack(3);
    const { length } = await readFile(shard);
    await truncate(shard, 1000);
    const error = await openingError(folder);
    expect(error.code).toBe('corrupt-data');
    expect(error.message).toBe(
      `${shard}: cut or replaced: expected ${length} bytes, as shards.json says, got 1000. Pack the dataset again.`,
    );
  });

  test('a wrong magic at the start or the end', async () => {
    const { folder, shard } = await pack(1);
    const { length } = await readFile(shard);
    await overwrite(shard, length - 6, Buffer.from('ARROW9'));
    expect((await openingError(folder)).message).toBe(
      `${shard}: an Arrow file without its end: expected "ARROW1" at the end, got "ARROW9". Pack the dataset again.`,
    );
    await overwrite(shard, 0, Buffer.from('PARQUE'));
    expect((await openingError(folder)).message).toBe(
      `${shard}: not an Arrow file: expected "ARROW1" at the start, got "PARQUE". Pack the dataset again.`,
    );
  });

  test('a wrong length of the footer', async () => {
    const { folder, shard } = await pack(1);
    const { length } = await readFile(shard);
    await overwrite(shard, length - 10, Buffer.from([255, 255, 255, 127]));
    expect((await openingError(folder)).message).toBe(
      `${shard}: a damaged Arrow footer: expected a length from 1 to ${length - 10}, got 2147483647. Pack the dataset again.`,
    );
  });

  test('a shard of another dataset of the same length', async () => {
    const [one, other] = [await pack(1), await pack(1)];
    const { source } = await readShardIndex(one.folder);
    const text = (await readFile(one.shard)).toString('latin1');
    const foreign = text.replaceAll(source, 'f'.repeat(64));
    await writeFile(other.shard, Buffer.from(foreign, 'latin1'));
    expect((await openingError(other.folder)).message).toMatch(
      `${other.shard}: names of joints or columns have changed since they were packed: expected sha256 `,
    );
  });

  test('an overwritten record batch, whatever the index says', async () => {
    const { folder, shard } = await pack(20);
    const [{ offset }] = blocksOf(shard) as [Block];
    await overwrite(shard, offset, Buffer.alloc(64, 3));
    expect((await openingError(folder)).message).toMatch(
      `${shard}: places of columns have changed since they were packed: expected sha256 `,
    );
    await forgeIndex(folder);
    expect((await openingError(folder)).message).toMatch(
      `${shard}: record batch 0: a damaged record batch: expected `,
    );
  });

  test('one other bit of a keypoint', async () => {
    const { folder, shard } = await pack(3);
    const dataset = await KeypointDataset.open(folder);
    const { keypoints } = dataset.get(1);
    dataset.close();
    const bytes = await readFile(shard);
    const place = bytes.indexOf(Buffer.from(keypoints.buffer));
    await overwrite(shard, place, Buffer.of(bytes[place]! ^ 1));
    const error = await openingError(folder);
    const { parts } = (await readShardIndex(folder)).shards[0]!;
    expect(error.code).toBe('corrupt-data');
    expect(error.message).toMatch(
      `${shard}: keypoints or boxes have changed since they were packed: expected sha256 ${parts.heads}, as shards.json says, got `,
    );
  });

  test('one other bit of an image, when it is read', async () => {
    const { folder, shard } = await pack(3);
    const dataset = await KeypointDataset.open(folder);
    const image = Buffer.from(dataset.get(1).image);
    const place = (await readFile(shard)).indexOf(image) + 700;
    const other = Buffer.from(image);
    other[700]! ^= 1;
    await overwrite(shard, place, other.subarray(700, 701));
    dataset.close();
    const damaged = await KeypointDataset.open(folder);
    expect(damaged.get(0).imageId).toBe(10);
    expect(() => damaged.get(1)).toThrow(
      `${shard}: row 1, annotation 900000000001 (image 11): its stored image has changed since it was packed: expected crc32 ${crc32(image)}, got ${crc32(other)}. Pack the dataset again.`,
    );
    damaged.close();
  });

  test('a footer that names a place outside of the file', async () => {
    const { folder, shard } = await pack(1);
    const bytes = await readFile(shard);
    const [{ bodyBytes }] = blocksOf(shard) as [Block];
    const length = Buffer.alloc(8);
    length.writeBigInt64LE(BigInt(bodyBytes));
    const huge = Buffer.alloc(8);
    huge.writeBigInt64LE(2n ** 40n);
    await overwrite(shard, bytes.lastIndexOf(length), huge);
    await forgeIndex(folder);
    expect((await openingError(folder)).message).toBe(
      `${shard}: a damaged Arrow footer: expected a schema and record batches, got Error: a record batch outside of ${bytes.length} bytes. Pack the dataset again.`,
    );
  });
});
