import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { defaultAugmentation } from '../augmentations/augmentation-schema.ts';
import { KeypointLoader } from '../loading/keypoint-loader.ts';
import type { KeypointBatch } from '../loading/keypoint-batch.ts';
import type { LoaderOptions } from '../loading/loader-options.ts';
import { writeDottedDataset } from '../packing/dotted-dataset.suite.ts';
import { packDataset } from '../packing/pack-dataset.ts';
import { KeypointDataset } from './keypoint-dataset.ts';
import type { WeightedDataset } from './mixed-dataset.ts';
import { MixedDataset } from './mixed-dataset.ts';

vi.setConfig({ testTimeout: 60_000 });

const inputSize = { height: 32, width: 24 };
const options: LoaderOptions = {
  batchSize: 4,
  codec: { type: 'msra-heatmap', inputSize, heatmapSize: { height: 8, width: 6 } },
  seed: 8,
  shuffle: true,
  augmentation: defaultAugmentation,
  dropLast: false,
  workers: 0,
  prefetch: 2,
};

/** @param change - of the annotations before they are packed. */
async function openDataset(
  count: number,
  change: (json: Awaited<ReturnType<typeof writeDottedDataset>>['json']) => void = () => {},
): Promise<KeypointDataset> {
  const source = await writeDottedDataset(count, { size: { height: 60, width: 80 } });
  change(source.json);
  await writeFile(source.annotations, JSON.stringify(source.json));
  const out = join(source.folder, 'shards');
  const { annotations, images } = source;
  await packDataset({ annotations, images, out, inputSize, corrupt: 'throw' });
  const dataset = await KeypointDataset.open(out);
  onTestFinished(() => dataset.close());
  return dataset;
}

async function load(
  dataset: KeypointDataset | MixedDataset,
  epoch: number,
  { from = 0, ...changes }: Partial<LoaderOptions> & { readonly from?: number } = {},
): Promise<KeypointBatch[]> {
  const loader = new KeypointLoader(dataset, { ...options, ...changes });
  const batches: KeypointBatch[] = [];
  try {
    for await (const batch of loader.batches(epoch, from)) batches.push(batch);
  } finally {
    await loader.close();
  }
  return batches;
}

const idsOf = (dataset: KeypointDataset): number[] =>
  Array.from(
    { length: dataset.size },
    (_, row) => dataset.head(row).annotationId - 900_000_000_000,
  );
const shownIn = (batches: readonly KeypointBatch[]): number[] =>
  batches.flatMap(({ annotationIds }) => annotationIds.map((id) => id - 900_000_000_000));

describe('views of a dataset', () => {
  test('head is the row without its image', async () => {
    const dataset = await openDataset(2);
    const { image: _, ...head } = dataset.get(1);
    expect(dataset.head(1)).toEqual(head);
  });

  test('take and filter keep the order, and views of views are views', async () => {
    const dataset = await openDataset(9);
    expect(idsOf(dataset.take(3))).toEqual([0, 1, 2]);
    const odd = dataset.filter(({ imageId }) => imageId % 2 === 1);
    expect(idsOf(odd)).toEqual([1, 3, 5, 7]);
    expect(idsOf(odd.take(2))).toEqual([1, 3]);
    expect(idsOf(odd.filter((_, row) => row === 2))).toEqual([5]);
    expect(odd.get(3)).toEqual(dataset.get(7));
    expect(new Set([dataset.digest, odd.digest, odd.take(2).digest]).size).toBe(3);
    expect(dataset.filter(({ imageId }) => imageId % 2 === 1).digest).toBe(odd.digest);
    expect(dataset.take(9).size).toBe(9);
  });

  test('are loaded alike by threads', async () => {
    const dataset = await openDataset(9);
    const odd = dataset.filter((_, row) => row % 2 === 1);
    const here = await load(odd, 2);
    expect(shownIn(here).toSorted((a, b) => a - b)).toEqual([1, 3, 5, 7]);
    expect(await load(odd, 2, { workers: 1 })).toEqual(here);
  });

  test('split parts the images by chance, those of one image together', async () => {
    const dataset = await openDataset(20, ({ annotations }) => {
      // two persons in each of the first images
      for (const [at, annotation] of annotations.entries()) {
        annotation.image_id = 10 + (at % 12);
      }
    });
    const shares = { train: 0.5, val: 0.25, test: 0.25 };
    const parts = dataset.split(shares, { seed: 1 });
    const all = Object.values(parts).flatMap(idsOf);
    expect(all.toSorted((a, b) => a - b)).toEqual(idsOf(dataset).toSorted((a, b) => a - b));
    const images = Object.values(parts).map(
      (part) => new Set(Array.from({ length: part.size }, (_, row) => part.head(row).imageId)),
    );
    expect(images.map(({ size }) => size)).toEqual([6, 3, 3]);
    expect(new Set(images.flatMap((set) => [...set])).size).toBe(12);
    expect(dataset.split(shares, { seed: 1 }).val.digest).toBe(parts.val.digest);
    expect(dataset.split(shares, { seed: 2 }).val.digest).not.toBe(parts.val.digest);
    const some = dataset.split({ one: 0.25 }, { seed: 1 });
    expect(new Set(idsOf(some.one)).size).toBe(some.one.size);
  });

  test('of nobody, or of shares of more than a whole, are refused', async () => {
    const dataset = await openDataset(3);
    const refused = (make: () => unknown, message: string): void =>
      expect(make).toThrow(expect.objectContaining({ code: 'invalid-argument', message }));
    const { folder } = dataset;
    refused(() => dataset.take(4), `${folder}: take of no such count: expected 1 to 3, got 4.`);
    refused(
      () => dataset.filter(() => false),
      `${folder}: filter of nobody: expected at least one person, got none.`,
    );
    refused(
      () => dataset.split({ a: 0.7, b: 0.4 }, { seed: 1 }),
      'split: not shares of a whole: expected numbers above 0, together at most 1, got 0.7, 0.4.',
    );
    refused(
      () => dataset.split({ a: 0.9, b: 0.01 }, { seed: 1 }),
      `${folder}: split "b" of nobody: expected at least one person, got none.`,
    );
  });

  test('share the files: closing one closes all, and closing twice is no error', async () => {
    const dataset = await openDataset(2);
    dataset.take(1).close();
    expect(() => dataset.get(0)).toThrow(LimberError);
    dataset.close();
  });
});

describe('mixed datasets', () => {
  async function mix(): Promise<MixedDataset> {
    const [small, large] = [await openDataset(3), await openDataset(10)];
    const parts: readonly WeightedDataset[] = [
      { dataset: small, weight: 1 },
      { dataset: large, weight: 1 },
    ];
    return new MixedDataset(parts, { epochLength: 12 });
  }

  test('show each dataset in its proportion, and all of it before anybody again', async () => {
    const mixed = await mix();
    expect(mixed.counts).toEqual([6, 6]);
    const shown: { row: number; repeat: number }[] = [];
    for (let epoch = 0; epoch < 5; epoch++) {
      const drawAt = mixed.order({ seed: 1, epoch, shuffle: true });
      const draws = Array.from({ length: 12 }, (_, place) => drawAt(place));
      expect(draws.filter(({ row }) => row < 3)).toHaveLength(6);
      // nobody twice in an epoch in the same way
      expect(new Set(draws.map(({ row, repeat }) => `${row} ${repeat}`)).size).toBe(12);
      shown.push(...draws);
    }
    const times = Array.from(
      { length: 13 },
      (_, row) => shown.filter((draw) => draw.row === row).length,
    );
    // 30 of 3 and 30 of 10
    expect(times).toEqual([10, 10, 10, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
  });

  test('are loaded alike by threads, by ranks, and from any batch on', async () => {
    const mixed = await mix();
    const here = await load(mixed, 3);
    expect(here.map(({ size }) => size)).toEqual([4, 4, 4]);
    expect(await load(mixed, 3, { workers: 2 })).toEqual(here);
    expect(await load(mixed, 3, { from: 1 })).toEqual(here.slice(1));
    const ranks = [0, 1].map((rank) => load(mixed, 3, { batchSize: 2, rank, worldSize: 2 }));
    const [first, second] = await Promise.all(ranks);
    const union = first!.flatMap((batch, at) => shownIn([batch, second![at]!]));
    expect(union).toEqual(shownIn(here));
  });

  test('in the order of the rows too, each dataset going on where it stopped', async () => {
    const mixed = await mix();
    const drawAt = mixed.order({ seed: 1, epoch: 1, shuffle: false });
    const rows = Array.from({ length: 12 }, (_, place) => drawAt(place).row);
    expect(rows).toEqual([0, 1, 2, 0, 1, 2, 9, 10, 11, 12, 3, 4]);
  });

  test('of other joints, without weight or without a place are refused', async () => {
    const [one, other] = [
      await openDataset(2),
      await openDataset(2, ({ categories }) => {
        categories[0] = { ...categories[0]!, keypoints: ['left_hand', 'right_hand', 'nose'] };
      }),
    ];
    expect(
      () =>
        new MixedDataset([
          { dataset: one, weight: 1 },
          { dataset: other, weight: 1 },
        ]),
    ).toThrow(
      `${other.folder}: other joints than the first of the mixed datasets: expected left_hand, right_hand, head, as ${one.folder} has, got left_hand, right_hand, nose.`,
    );
    expect(() => new MixedDataset([{ dataset: one, weight: 0 }])).toThrow(
      'mixed datasets: not weights: expected at least one number above 0, got 0.',
    );
    expect(
      () =>
        new MixedDataset([
          { dataset: one, weight: 1 },
          { dataset: one, weight: 0.001 },
        ]),
    ).toThrow(
      `mixed datasets: an epoch of 4 persons: expected at least one person of each dataset, got none of ${one.folder}.`,
    );
  });
});
