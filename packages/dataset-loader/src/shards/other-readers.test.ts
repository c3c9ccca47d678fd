import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import pl from 'nodejs-polars';
import { expect, onTestFinished, test } from 'vitest';
import { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { writeDottedDataset } from '../packing/dotted-dataset.suite.ts';
import { packDataset } from '../packing/pack-dataset.ts';

const inputSize = { height: 64, width: 48 };

async function pack(count: number): Promise<{ dataset: KeypointDataset; shard: string }> {
  const { annotations, images, folder } = await writeDottedDataset(count);
  const out = join(folder, 'shards');
  await packDataset({ annotations, images, out, inputSize, corrupt: 'throw' });
  const dataset = await KeypointDataset.open(out);
  onTestFinished(() => dataset.close());
  return { dataset, shard: join(out, 'shard-00000.arrow') };
}

/** The columns of a row, as FORMAT.md names them. */
function columnsOf(row: KeypointRow): Record<string, unknown> {
  return {
    annotation_id: row.annotationId,
    image_id: row.imageId,
    image_width: row.imageSize.width,
    image_height: row.imageSize.height,
    bbox: [...row.bbox],
    area: row.area,
    iscrowd: row.iscrowd,
    keypoints: [...row.keypoints],
    crop_to_image: [...row.cropToImage],
    crop_width: row.cropSize.width,
    crop_height: row.cropSize.height,
    image_crc32: crc32(row.image),
    image: [...row.image],
  };
}

// Polars' package for Node says fixed-size lists and binaries to JavaScript as lists only.
test('Polars reads the same values, of every column and row', async () => {
  const { dataset, shard } = await pack(3);
  const expected = Array.from({ length: 3 }, (_, row) => columnsOf(dataset.get(row)));
  const frame = pl.readIPC(readFileSync(shard));
  expect(frame.columns).toEqual(Object.keys(expected[0]!));
  const asLists = frame.withColumns(
    pl.col('bbox').cast(pl.List(pl.Float64)),
    pl.col('keypoints').cast(pl.List(pl.Float32)),
    pl.col('crop_to_image').cast(pl.List(pl.Float64)),
    pl.col('image').cast(pl.List(pl.UInt8)),
  );
  expect(asLists.toRecords()).toEqual(expected);
});

test("Arrow's own reader reads the same values, and the skeleton from the metadata", async () => {
  const { dataset, shard } = await pack(130);
  const table = tableFromIPC(readFileSync(shard));
  expect(table.numRows).toBe(130);
  for (const index of [0, 127, 128, 129]) {
    const values = Object.entries(table.get(index)!.toJSON()).map(([name, value]) => {
      if (typeof value === 'bigint') return [name, Number(value)];
      return [name, typeof value === 'number' ? value : [...(value as Iterable<number>)]];
    });
    expect(Object.fromEntries(values)).toEqual(columnsOf(dataset.get(index)));
  }
  const { metadata } = table.schema;
  expect(metadata.get('limber.format')).toBe('limber-keypoints/3');
  expect(JSON.parse(metadata.get('limber.skeleton')!)).toEqual(dataset.skeleton);
  expect(JSON.parse(metadata.get('limber.category')!)).toEqual(dataset.category);
});

interface Golden {
  readonly schema: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

test('a kept folder of this version says what pyarrow read in it', async () => {
  const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
  const golden = JSON.parse(readFileSync(join(fixtures, 'pyarrow.golden.json'), 'utf8')) as Golden;
  const dataset = await KeypointDataset.open(join(fixtures, 'shards'));
  onTestFinished(() => dataset.close());
  const rows = Array.from({ length: dataset.size }, (_, row) => {
    const { image } = dataset.get(row);
    return { ...columnsOf(dataset.get(row)), image: Buffer.from(image).toString('hex') };
  });
  expect(rows).toEqual(golden.rows);
  expect(golden.rows[1]).toMatchObject({ annotation_id: 2 ** 41 + 1, image_id: 2 ** 40 });
  expect(golden.schema).toEqual({
    annotation_id: 'int64',
    image_id: 'int64',
    image_width: 'int32',
    image_height: 'int32',
    bbox: 'fixed_size_list<item: double not null>[4]',
    area: 'double',
    iscrowd: 'int8',
    keypoints: 'fixed_size_list<item: float not null>[6]',
    crop_to_image: 'fixed_size_list<item: double not null>[6]',
    crop_width: 'int32',
    crop_height: 'int32',
    image_crc32: 'uint32',
    image: 'large_binary',
  });
  expect(JSON.parse(golden.metadata['limber.skeleton']!)).toEqual(dataset.skeleton);
});
