import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultAugmentation } from '../augmentations/augmentation-schema.ts';
import { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import { writeDottedDataset } from '../packing/dotted-dataset.suite.ts';
import { packDataset } from '../packing/pack-dataset.ts';
import type { KeypointBatch } from './keypoint-batch.ts';
import type { LoaderOptions } from './loader-options.ts';
import { KeypointLoader } from './keypoint-loader.ts';

const inputSize = { height: 64, width: 48 };
const options: LoaderOptions = {
  batchSize: 4,
  codec: { type: 'msra-heatmap', inputSize, heatmapSize: { height: 16, width: 12 } },
  seed: 3,
  shuffle: true,
  augmentation: defaultAugmentation,
  dropLast: false,
  workers: 0,
  prefetch: 2,
};

async function openDataset(count: number, joints?: readonly string[]): Promise<KeypointDataset> {
  const { annotations, images, folder, json } = await writeDottedDataset(count);
  if (joints !== undefined) {
    const categories = [{ id: 1, name: 'dots', keypoints: joints }];
    await writeFile(annotations, JSON.stringify({ ...json, categories }));
  }
  const out = join(folder, 'shards');
  await packDataset({ annotations, images, out, inputSize, corrupt: 'throw' });
  const dataset = await KeypointDataset.open(out);
  onTestFinished(() => dataset.close());
  return dataset;
}

async function batchesOf(
  loader: KeypointLoader,
  epoch: number,
  from = 0,
): Promise<KeypointBatch[]> {
  const batches: KeypointBatch[] = [];
  for await (const batch of loader.batches(epoch, from)) batches.push(batch);
  return batches;
}

const byNumber = (a: number, b: number): number => a - b;

const idsOf = (batches: readonly KeypointBatch[]): number[] =>
  batches.flatMap(({ annotationIds }) => annotationIds);

describe('KeypointLoader', () => {
  test('shows every person once an epoch, in another order each time', async () => {
    const dataset = await openDataset(10);
    const loader = new KeypointLoader(dataset, options);
    const [first, second] = [idsOf(await batchesOf(loader, 0)), idsOf(await batchesOf(loader, 1))];
    const all = Array.from({ length: 10 }, (_, at) => 900_000_000_000 + at);
    expect([...first].sort(byNumber)).toEqual(all);
    expect([...second].sort(byNumber)).toEqual(all);
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(all);
  });

  test('entered in the middle of an epoch goes on with the same bytes', async () => {
    const dataset = await openDataset(10);
    const whole = await batchesOf(new KeypointLoader(dataset, options), 4);
    const rest = await batchesOf(new KeypointLoader(dataset, { ...options, prefetch: 1 }), 4, 1);
    expect(rest).toEqual(whole.slice(1));
    expect(await batchesOf(new KeypointLoader(dataset, options), 4, 3)).toEqual([]);
  });

  test('the augmentation of a person depends on seed, epoch and person, not on the batch', async () => {
    const dataset = await openDataset(6);
    const keypointsById = async (changed: Partial<LoaderOptions>, epoch: number) => {
      const batches = await batchesOf(
        new KeypointLoader(dataset, { ...options, ...changed }),
        epoch,
      );
      return new Map(
        batches.flatMap(({ annotationIds, keypoints }) =>
          annotationIds.map((id, at) => [id, [...keypoints.subarray(at * 9, at * 9 + 9)]]),
        ),
      );
    };
    const expected = await keypointsById({}, 2);
    expect(await keypointsById({ batchSize: 1 }, 2)).toEqual(expected);
    expect(await keypointsById({ shuffle: false }, 2)).toEqual(expected);
    expect(await keypointsById({ seed: 4 }, 2)).not.toEqual(expected);
    expect(await keypointsById({}, 3)).not.toEqual(expected);
  });

  test('unshuffled and not augmented is the order of the shards, each person the same every epoch', async () => {
    const dataset = await openDataset(5);
    const loader = new KeypointLoader(dataset, { ...options, shuffle: false, augmentation: null });
    const batches = await batchesOf(loader, 0);
    expect(idsOf(batches).map((id) => id - 900_000_000_000)).toEqual([0, 1, 2, 3, 4]);
    expect(await batchesOf(loader, 9)).toEqual(batches);
  });

  test('keeps or drops a last batch of fewer persons', async () => {
    const dataset = await openDataset(10);
    const kept = new KeypointLoader(dataset, options);
    expect(kept.batchesPerEpoch).toBe(3);
    expect((await batchesOf(kept, 0)).map(({ size }) => size)).toEqual([4, 4, 2]);
    const dropped = new KeypointLoader(dataset, { ...options, dropLast: true });
    expect(dropped.batchesPerEpoch).toBe(2);
    expect((await batchesOf(dropped, 0)).map(({ size }) => size)).toEqual([4, 4]);
  });

  test.each([
    [1, 2, false],
    [2, 3, false],
    [4, 2, true],
    [4, 4, false],
    [3, 5, false],
  ])(
    'batches of %i of %i processes together are the sequence of one (dropLast: %s)',
    async (batchSize, worldSize, dropLast) => {
      const dataset = await openDataset(14);
      const changed = { ...options, dropLast };
      const one = new KeypointLoader(dataset, { ...changed, batchSize: batchSize * worldSize });
      const ranks = await Promise.all(
        Array.from({ length: worldSize }, async (_, rank) => {
          const share = { ...changed, batchSize, rank, worldSize };
          const loader = new KeypointLoader(dataset, share);
          const batches = await batchesOf(loader, 3);
          expect(batches).toHaveLength(loader.batchesPerEpoch);
          return batches;
        }),
      );
      const whole = await batchesOf(one, 3);
      const union = whole.map((_, batch) =>
        idsOf(ranks.flatMap((batches) => batches[batch] ?? [])),
      );
      expect(union).toEqual(whole.map((batch) => [...batch.annotationIds]));
      if (dropLast) expect(new Set(ranks.map(({ length }) => length)).size).toBe(1);
    },
  );

  test('gives arrays of the stated shapes', async () => {
    const [batch] = await batchesOf(new KeypointLoader(await openDataset(2), options), 0);
    expect(batch!.images).toHaveLength(2 * 64 * 48 * 3);
    expect(batch!.targets).toHaveLength(2 * 16 * 12 * 3);
    expect(batch!.weights).toHaveLength(2 * 3);
    expect(batch!.keypoints).toHaveLength(2 * 3 * 3);
    expect(batch!.toImage).toHaveLength(2);
    expect([...batch!.imageIds].sort(byNumber)).toEqual([10, 11]);
  });
});

describe('KeypointLoader refuses', () => {
  const changes: [string, Partial<LoaderOptions>, string][] = [
    [
      'a batch of nobody',
      { batchSize: 0 },
      'batchSize: out of range: expected a whole number >= 1, got 0.',
    ],
    [
      'a rank that there is not',
      { rank: 2, worldSize: 2 },
      'rank: out of range: expected 0 to 1, got 2.',
    ],
    ['half a worker', { workers: 0.5 }, 'workers: out of range: expected 0 to 256, got 0.5.'],
    [
      'more pixels than the shards hold',
      {
        codec: {
          type: 'msra-heatmap',
          inputSize: { height: 256, width: 192 },
          heatmapSize: { height: 64, width: 48 },
        },
      },
      'codec.inputSize: more pixels than the shards hold: expected at most 64x48, as packed, got 256x192. Pack the dataset with inputSize 256x192.',
    ],
    [
      'to look further than the crops reach',
      { augmentation: { ...defaultAugmentation, scale: [0.5, 2] } },
      'augmentation: shows more than the crops in <folder> hold, which would be black: expected at most scale 1.5, shift 0.16, rotation 80 and half bodies with padding 1.5 from 9 joints on (2 of the upper, 3 of the lower half) at 64x48, which they were packed for, got scale 2, shift 0.16, rotation 80 and half bodies with padding 1.5 from 9 joints on (2 of the upper, 3 of the lower half) at 64x48. Pack the dataset with the augmentation and the inputSize of the training.',
    ],
    [
      'to see at another aspect ratio what the crops do not hold',
      {
        codec: {
          type: 'msra-heatmap',
          inputSize: { height: 48, width: 48 },
          heatmapSize: { height: 12, width: 12 },
        },
        augmentation: { ...defaultAugmentation, halfBody: null },
      },
      'augmentation: shows more than the crops in <folder> hold, which would be black: expected at most scale 1.5, shift 0.16, rotation 80 and half bodies with padding 1.5 from 9 joints on (2 of the upper, 3 of the lower half) at 64x48, which they were packed for, got scale 1.5, shift 0.16, rotation 80 and no half bodies at 48x48. Pack the dataset with the augmentation and the inputSize of the training.',
    ],
    [
      'to look further later than the crops reach',
      {
        lateAugmentation: {
          fromEpoch: 3,
          augmentation: {
            ...defaultAugmentation,
            halfBody: null,
            shift: { probability: 0.1, factor: 0.5 },
          },
        },
      },
      'lateAugmentation.augmentation: shows more than the crops in <folder> hold, which would be black: expected at most scale 1.5, shift 0.16, rotation 80 and half bodies with padding 1.5 from 9 joints on (2 of the upper, 3 of the lower half) at 64x48, which they were packed for, got scale 1.5, shift 0.5, rotation 80 and no half bodies at 64x48. Pack the dataset with the augmentation and the inputSize of the training.',
    ],
    [
      'an impossible probability',
      { augmentation: { ...defaultAugmentation, flipProbability: 3 } },
      'augmentation.flipProbability: Too big: expected number to be <=1.',
    ],
  ];

  test.each(changes)('%s', async (_, change, message) => {
    const dataset = await openDataset(1);
    const create = (): KeypointLoader => new KeypointLoader(dataset, { ...options, ...change });
    const text = message.replace('<folder>', dataset.folder);
    expect(create).toThrow(expect.objectContaining({ code: 'invalid-argument', message: text }));
  });

  test('to go on after the end, or after it was closed', async () => {
    const loader = new KeypointLoader(await openDataset(5), options);
    await expect(batchesOf(loader, 0, 3)).rejects.toThrow(
      'fromBatch: out of range: expected 0 to 2, got 3.',
    );
    await loader.close();
    await expect(batchesOf(loader, 0)).rejects.toThrow(
      'batches asked of a closed loader. Create another loader.',
    );
  });
});

describe('a dataset whose joints look left or right without partners', () => {
  const message =
    /^skeleton "dots"\.pairs: not known, so that no image can be mirrored: expected .* got none for left_hand, right_foot\. State them by name/;

  test('is not mirrored', async () => {
    const dataset = await openDataset(2, ['left_hand', 'right_foot', 'head']);
    expect(() => new KeypointLoader(dataset, options)).toThrow(message);
    const unflipped = { ...defaultAugmentation, flipProbability: 0 };
    for (const augmentation of [unflipped, null]) {
      const loader = new KeypointLoader(dataset, { ...options, augmentation });
      expect(await batchesOf(loader, 0)).toHaveLength(1);
    }
  });

  test.each([
    ['lhand', 'rhand'],
    ['Rankle', 'Lankle'],
    ['main gauche', 'main droite'],
  ])('%s and %s change places in a mirrored image', async (first, second) => {
    const augmentation = {
      ...defaultAugmentation,
      flipProbability: 1,
      halfBody: null,
      scaleProbability: 0,
      shift: { probability: 0, factor: 0 },
      rotation: { probability: 0, degrees: 0 },
    };
    const dataset = await openDataset(1, [first, second, 'head']);
    const joints = async (change: typeof augmentation | null): Promise<Float32Array> =>
      (await batchesOf(new KeypointLoader(dataset, { ...options, augmentation: change }), 0))[0]!
        .keypoints;
    const [plain, mirrored] = [await joints(null), await joints(augmentation)];
    const xOf = (keypoints: Float32Array, joint: number): number => keypoints[3 * joint]!;
    const mirror = (x: number): number => inputSize.width - 1 - x;
    expect(xOf(mirrored, 0)).toBeCloseTo(mirror(xOf(plain, 1)), 3);
    expect(xOf(mirrored, 1)).toBeCloseTo(mirror(xOf(plain, 0)), 3);
    expect(xOf(mirrored, 2)).toBeCloseTo(mirror(xOf(plain, 2)), 3);
  });
});
