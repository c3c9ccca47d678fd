import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import { readCoco } from '@limber/keypoints';
import { RecordBatchReader, tableFromIPC } from 'apache-arrow';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { augmentationSchema } from '../augmentations/augmentation-schema.ts';
import type { ShardIndex } from '../shards/shard-index.ts';
import { readShardIndex } from '../shards/shard-index.ts';
import type { DottedDataset } from './dotted-dataset.suite.ts';
import { writeDottedDataset } from './dotted-dataset.suite.ts';
import type { PackOptions } from './pack-dataset.ts';
import { packDataset } from './pack-dataset.ts';

const inputSize = { height: 64, width: 48 };

function pack(
  { annotations, images, folder }: DottedDataset,
  options: Partial<PackOptions> = {},
): Promise<ShardIndex> {
  const out = join(folder, 'shards');
  return packDataset({ annotations, images, out, inputSize, corrupt: 'throw', ...options });
}

const save = ({ annotations, json }: DottedDataset): Promise<void> =>
  writeFile(annotations, JSON.stringify(json));

async function contentOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const contents = names.map(async (name) => {
    return [name, (await readFile(join(folder, name))).toString('base64')] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

/** What packing failed with; nothing may be left beside the source. */
async function failureOf(
  source: DottedDataset,
  options?: Partial<PackOptions>,
): Promise<LimberError> {
  const error = await pack(source, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LimberError);
  expect((await readdir(source.folder)).sort()).toEqual(['annotations.json', 'images']);
  return error as LimberError;
}

describe('packDataset', () => {
  test('writes an Arrow file that any reader reads: one row per person', async () => {
    const source = await writeDottedDataset(20);
    const summary = await pack(source);
    expect(summary).toMatchObject({ rows: 20, images: 20, inputSize, skipped: [] });
    expect(summary.shards.map(({ file, rows }) => [file, rows])).toEqual([
      ['shard-00000.arrow', 20],
    ]);
    const table = tableFromIPC(await readFile(join(source.folder, 'shards', 'shard-00000.arrow')));
    expect(table.numRows).toBe(20);
    expect(table.batches.map(({ numRows }) => numRows)).toEqual([20]);
    const row = table.get(17)!.toJSON();
    const annotation = source.json.annotations[17]!;
    expect(row['annotation_id']).toBe(BigInt(annotation.id));
    expect(row['image_id']).toBe(27n);
    expect([row['image_width'], row['image_height'], row['iscrowd']]).toEqual([240, 200, 0]);
    expect([...(row['bbox'] as Iterable<number>)]).toEqual(annotation.bbox);
    expect([...(row['keypoints'] as Iterable<number>)]).toEqual(
      annotation.keypoints.map(Math.fround),
    );
    expect((await sharp(row['image'] as Uint8Array).metadata()).format).toBe('jpeg');
  });

  test('ended by a signal, it throws the reason, and nothing is left', async () => {
    const source = await writeDottedDataset(20);
    const controller = new AbortController();
    const { signal } = controller;
    const done: number[] = [];
    const onProgress = (progress: { readonly done: number }): void => {
      done.push(progress.done);
      if (progress.done === 3) controller.abort();
    };
    await expect(pack(source, { signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(done).toEqual([1, 2, 3]);
    expect((await readdir(source.folder)).sort()).toEqual(['annotations.json', 'images']);
  });

  test('puts skeleton, category and source into the metadata of every shard', async () => {
    const source = await writeDottedDataset(1);
    const { source: digest } = await pack(source);
    const bytes = await readFile(join(source.folder, 'shards', 'shard-00000.arrow'));
    const { metadata } = RecordBatchReader.from(bytes).open().schema;
    expect(metadata.get('limber.source')).toBe(digest);
    expect(JSON.parse(metadata.get('limber.skeleton')!)).toMatchObject({ pairs: [[0, 1]] });
    expect(JSON.parse(metadata.get('limber.category')!)).toMatchObject({ id: 1, name: 'dots' });
  });

  test('the same dataset gives the same bytes, and replaces what was packed before', async () => {
    const source = await writeDottedDataset(5);
    await pack(source);
    const first = await contentOf(join(source.folder, 'shards'));
    await pack(source);
    expect(await contentOf(join(source.folder, 'shards'))).toEqual(first);
    expect(Object.keys(first)).toEqual(['annotations.json', 'shard-00000.arrow', 'shards.json']);
    expect((await readdir(source.folder)).sort()).toEqual(['annotations.json', 'images', 'shards']);
  });

  test('one changed pixel, one changed annotation or another input size changes the digest', async () => {
    const source = await writeDottedDataset(2);
    const { digest } = await pack(source);
    expect((await pack(source, { inputSize: { height: 96, width: 72 } })).digest).not.toBe(digest);
    source.json.annotations[0]!.keypoints[0]! += 1;
    await save(source);
    const changed = await pack(source);
    expect(changed.digest).not.toBe(digest);
    const file = join(source.images, 'dots-1.jpg');
    await writeFile(file, await sharp(file).negate().jpeg().toBuffer());
    expect((await pack(source)).digest).not.toBe(changed.digest);
  });

  test('reaches as far as all augmentations together, and says so', async () => {
    const source = await writeDottedDataset(2);
    const usual = await pack(source);
    expect(usual.reach).toEqual({
      scale: 1.5,
      shift: 0.16,
      degrees: 80,
      halfBody: {
        padding: 1.5,
        minTotalKeypoints: 9,
        minUpperKeypoints: 2,
        minLowerKeypoints: 3,
      },
    });
    const mild = augmentationSchema.parse({
      halfBody: null,
      scale: [0.8, 1.1],
      shift: { probability: 0 },
      rotation: { degrees: 10 },
    });
    const late = { ...mild, scale: [0.5, 1.2], rotation: { probability: 0, degrees: 80 } } as const;
    const close = await pack(source, { augmentations: [mild, null, late] });
    expect(close.reach).toEqual({ scale: 1.2, shift: 0, degrees: 10, halfBody: null });
    expect(close.source).not.toBe(usual.source);
    const size = ({ shards }: ShardIndex): number => shards[0]!.sizeBytes;
    expect(size(close)).toBeLessThan(size(usual));
  });

  test('leaves out crowds, persons without labels and boxes outside, but keeps them as ground truth', async () => {
    const source = await writeDottedDataset(4);
    const [crowd, unlabelled, outside] = source.json.annotations;
    crowd!.iscrowd = 1;
    unlabelled!.keypoints = unlabelled!.keypoints.map((value, at) => (at % 3 === 2 ? 0 : value));
    outside!.bbox = [-50, 10, 40, 40];
    await save(source);
    const summary = await pack(source);
    expect(summary.rows).toBe(1);
    expect(summary.leftOut).toEqual({ crowd: 1, unlabelled: 1, outside: 1 });
    const truth = await readCoco(join(source.folder, 'shards', 'annotations.json'));
    expect(truth.annotations).toHaveLength(4);
    expect(truth.images).toHaveLength(4);
    expect(await readShardIndex(join(source.folder, 'shards'))).toEqual(summary);
  });

  test('applies an EXIF rotation when the annotations are upright', async () => {
    const source = await writeDottedDataset(1);
    const file = join(source.images, 'dots-0.jpg');
    const turned = sharp(await readFile(file))
      .rotate(270)
      .withMetadata({ orientation: 6 });
    await writeFile(file, await turned.jpeg().toBuffer());
    expect((await pack(source)).rows).toBe(1);
  });

  test('reports progress after each image', async () => {
    const seen: number[] = [];
    await pack(await writeDottedDataset(3), {
      onProgress: ({ done, total }) => seen.push(done, total),
    });
    expect(seen).toEqual([1, 3, 2, 3, 3, 3]);
  });
});

describe('packDataset refuses', () => {
  test('a truncated JPEG, naming file and id', async () => {
    const source = await writeDottedDataset(2);
    const file = join(source.images, 'dots-1.jpg');
    await truncate(file, 1500);
    const error = await failureOf(source);
    expect(error.code).toBe('invalid-image');
    expect(error.message).toBe(
      `${file} (image id 11): not a readable image: expected a complete JPEG, PNG, WebP, AVIF, TIFF or GIF image, got a JPEG that is cut after 1500 bytes.`,
    );
  });

  test('a missing image, naming file and id, even where corrupt ones are skipped', async () => {
    const source = await writeDottedDataset(2);
    const file = join(source.images, 'dots-1.jpg');
    await rm(file);
    const error = await failureOf(source, { corrupt: 'skip' });
    expect(error.code).toBe('missing-file');
    expect(error.message).toBe(
      `${file} (image id 11): the image cannot be read: expected a file, its file_name counted from the folder of images, got no such file.`,
    );
  });

  test('an image of another size than annotated', async () => {
    const source = await writeDottedDataset(1);
    Object.assign(source.json.images[0]!, { width: 200, height: 240 });
    await save(source);
    expect((await failureOf(source)).message).toBe(
      `${join(source.images, 'dots-0.jpg')} (image id 10): another size than annotated: expected 200 x 240 (width x height), got 240 x 200. Does the file carry an EXIF rotation that its annotations ignore? Turn the pixels and drop the tag.`,
    );
  });

  test('annotations without anybody to learn from', async () => {
    const source = await writeDottedDataset(1);
    source.json.annotations[0]!.iscrowd = 1;
    await save(source);
    expect((await failureOf(source)).message).toBe(
      `${source.annotations}: annotations: nobody to learn from: expected at least one person with a labelled joint and a box inside the image, got 1 crowds, 0 without labelled joints, 0 with a box outside.`,
    );
  });

  test('to write over files that are no shards', async () => {
    const source = await writeDottedDataset(1);
    const error = await failureOf(source, { out: source.images });
    expect(error.message).toBe(
      `${source.images}: the output folder is not empty: expected no folder of this name, or an empty one, or one of shards, got 1 entry. Remove it, or choose another name.`,
    );
  });
});

describe('packDataset that skips', () => {
  test('records a corrupt image and leaves its persons out of the ground truth', async () => {
    const source = await writeDottedDataset(3);
    await truncate(join(source.images, 'dots-1.jpg'), 1500);
    const summary = await pack(source, { corrupt: 'skip' });
    expect(summary.rows).toBe(2);
    expect(summary.skipped).toEqual([
      {
        imageId: 11,
        file: 'dots-1.jpg',
        annotationIds: [900_000_000_001],
        reason:
          'not a readable image: expected a complete JPEG, PNG, WebP, AVIF, TIFF or GIF image, got a JPEG that is cut after 1500 bytes.',
      },
    ]);
    const truth = await readCoco(join(source.folder, 'shards', 'annotations.json'));
    expect(truth.images.map(({ id }) => id)).toEqual([10, 12]);
  });

  test('gives up at more than a tenth of the images', async () => {
    const source = await writeDottedDataset(3);
    for (const name of ['dots-0.jpg', 'dots-1.jpg'])
      await writeFile(join(source.images, name), 'no');
    const error = await failureOf(source, { corrupt: 'skip' });
    expect(error.code).toBe('limit-exceeded');
    expect(error.message).toBe(
      `${source.annotations}: too many unreadable images: expected at most 1, got 2, the last one dots-1.jpg: not a readable image: expected a complete JPEG, PNG, WebP, AVIF, TIFF or GIF image, got 2 bytes that cannot be decoded. Repair them, or raise skipLimit.`,
    );
  });
});
