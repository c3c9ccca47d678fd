import { existsSync } from 'node:fs';
import { readFile, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { defaultAugmentation } from '../augmentations/augmentation-schema.ts';
import { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import { MixedDataset } from '../datasets/mixed-dataset.ts';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { writeDottedDataset } from '../packing/dotted-dataset.suite.ts';
import { packDataset } from '../packing/pack-dataset.ts';
import { encodeShard } from '../shards/encode-shard.ts';
import { createShardSchema } from '../shards/shard-schema.ts';
import { indexFile, readShardIndex } from '../shards/shard-index.ts';
import { digestParts } from '../shards/open-shard.ts';
import type { KeypointBatch } from './keypoint-batch.ts';
import { KeypointLoader } from './keypoint-loader.ts';
import type { LoaderOptions } from './loader-options.ts';
import type { SkippedSample } from './skipped-samples.ts';

// The worker threads run the built file, see worker-thread.ts.
vi.setConfig({ testTimeout: 120_000 });

const inputSize = { height: 64, width: 48 };
const persons = 12;
const options: LoaderOptions = {
  batchSize: 3,
  codec: { type: 'msra-heatmap', inputSize, heatmapSize: { height: 16, width: 12 } },
  seed: 8,
  shuffle: true,
  augmentation: defaultAugmentation,
  dropLast: false,
  workers: 0,
  prefetch: 3,
  onBadSample: 'skip',
  skipLimit: 3,
};
const idOf = (row: number): number => 900_000_000_000 + row;
const brokenDisk = '/proc/self/mem';
const nameOf = (row: number): string => `annotation ${idOf(row)} (image ${10 + row})`;

/** Packs persons, and changes what is stored of some, as another program may that packed them. */
async function packWith(
  change: Readonly<Record<number, (row: KeypointRow) => Partial<KeypointRow>>>,
): Promise<string> {
  const { annotations, images, folder } = await writeDottedDataset(persons);
  const out = join(folder, 'shards');
  await packDataset({ annotations, images, out, inputSize, corrupt: 'throw' });
  const dataset = await KeypointDataset.open(out);
  const rows = Array.from({ length: persons }, (_, at) => {
    const row = dataset.get(at);
    return { ...row, ...change[at]?.(row) };
  });
  dataset.close();
  const index = await readShardIndex(out);
  const { skeleton, category } = dataset;
  const schema = createShardSchema({ skeleton, category, source: index.source });
  const shard = join(out, 'shard-00000.arrow');
  const bytes = encodeShard(schema, rows);
  await writeFile(shard, bytes);
  const [entry] = index.shards;
  const changed = { ...entry!, sizeBytes: bytes.length, parts: digestParts(shard) };
  await writeFile(join(out, indexFile), JSON.stringify({ ...index, shards: [changed] }));
  return out;
}

async function open(folder: string): Promise<KeypointDataset> {
  const dataset = await KeypointDataset.open(folder);
  onTestFinished(() => dataset.close());
  return dataset;
}

interface Loaded {
  readonly batches: KeypointBatch[];
  readonly skipped: SkippedSample[];
}

async function load(
  dataset: KeypointDataset | MixedDataset,
  changes: Partial<LoaderOptions> = {},
  { epoch = 0, from = 0 } = {},
): Promise<Loaded> {
  const skipped: SkippedSample[] = [];
  const onSkip = (sample: SkippedSample): void => void skipped.push(sample);
  const loader = new KeypointLoader(dataset, { ...options, onSkip, ...changes });
  try {
    const batches: KeypointBatch[] = [];
    for await (const batch of loader.batches(epoch, from)) batches.push(batch);
    expect(loader.skipped).toEqual(skipped);
    return { batches, skipped };
  } finally {
    await loader.close();
  }
}

const idsOf = ({ batches }: Loaded): number[] =>
  batches.flatMap(({ annotationIds }) => annotationIds);

/** Writes a function of the user's own, and the options that name it. */
async function ownFunction(folder: string, code: string): Promise<Partial<LoaderOptions>> {
  await writeFile(join(folder, 'own.mjs'), code);
  const order = [...defaultAugmentation.order, './own.mjs'];
  return { folder, augmentation: { ...defaultAugmentation, order } };
}

const broken = {
  2: () => ({ image: new Uint8Array() }),
  5: ({ image }: KeypointRow) => ({ image: image.subarray(0, 300) }),
};
const reasons = [
  `${nameOf(2)}: its stored image is damaged: expected a complete JPEG of <size> pixels, got an empty file. Pack the dataset again.`,
  `${nameOf(5)}: its stored image is damaged: expected a complete JPEG of <size> pixels, got a JPEG that is cut after 300 bytes. Pack the dataset again.`,
];
const withoutSize = (text: string): string => text.replace(/\d+ x \d+/, '<size>');

describe('images that are empty or cut', () => {
  test('are errors by default', async () => {
    const dataset = await open(await packWith(broken));
    const { onBadSample: _, ...strict } = options;
    const loader = new KeypointLoader(dataset, { ...strict, shuffle: false, batchSize: 1 });
    const seen: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { annotationIds } of loader.batches(0)) seen.push(...annotationIds);
    };
    const error = (await run().catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: 'corrupt-data' });
    expect(withoutSize(error.message)).toBe(reasons[0]);
    expect(seen).toEqual([idOf(0), idOf(1)]);
  });

  test('skipped in training, others take their places, and each is named once', async () => {
    const dataset = await open(await packWith(broken));
    const skipped: SkippedSample[] = [];
    const onSkip = (sample: SkippedSample): void => void skipped.push(sample);
    const loader = new KeypointLoader(dataset, { ...options, onSkip });
    for (const epoch of [0, 1]) {
      const ids: number[] = [];
      for await (const { size, annotationIds } of loader.batches(epoch)) {
        expect(size).toBe(3);
        ids.push(...annotationIds);
      }
      expect(ids).toHaveLength(persons);
      const good = Array.from({ length: persons }, (_, row) => row).filter(
        (row) => row !== 2 && row !== 5,
      );
      expect(new Set(ids)).toEqual(new Set(good.map(idOf)));
    }
    const sorted = skipped.toSorted((a, b) => a.row - b.row);
    expect(sorted.map(({ row, annotationId, imageId }) => [row, annotationId, imageId])).toEqual([
      [2, idOf(2), 12],
      [5, idOf(5), 15],
    ]);
    expect(sorted.map(({ reason }) => withoutSize(reason))).toEqual(reasons);
  });

  test('whoever takes a place twice in an epoch is augmented in another way', async () => {
    const everyOther = Object.fromEntries(
      Array.from({ length: persons / 2 }, (_, at) => [at * 2, broken[2]]),
    );
    const dataset = await open(await packWith(everyOther));
    const { batches } = await load(dataset, { skipLimit: persons, batchSize: persons });
    const { annotationIds, images } = batches[0]!;
    const length = images.length / persons;
    const contents = annotationIds.map((_, at) =>
      Buffer.from(images.subarray(at * length, (at + 1) * length)).toString('base64'),
    );
    expect(new Set(annotationIds).size).toBeLessThan(persons);
    expect(new Set(contents).size).toBe(persons);
  });

  test('give the same bytes with any number of threads, from any batch on', async () => {
    const dataset = await open(await packWith(broken));
    const whole = await load(dataset, {}, { epoch: 3 });
    const threads = await load(dataset, { workers: 2 }, { epoch: 3 });
    expect(threads).toEqual(whole);
    const rest = await load(dataset, { workers: 1 }, { epoch: 3, from: 2 });
    expect(rest.batches).toEqual(whole.batches.slice(2));
  });

  test('are left out where the order is that of the shards, and so is a batch of nobody', async () => {
    const dataset = await open(await packWith(broken));
    const plain = { shuffle: false, augmentation: null } as const;
    const three = await load(dataset, plain);
    expect(three.batches.map(({ size }) => size)).toEqual([2, 2, 3, 3]);
    expect(three.batches[0]!.images).toHaveLength(2 * 64 * 48 * 3);
    expect(three.batches[0]!.annotationIds).toEqual([idOf(0), idOf(1)]);
    const one = await load(dataset, { ...plain, batchSize: 1, workers: 1 });
    expect(one.batches).toHaveLength(persons - 2);
    expect(idsOf(one)).toEqual(idsOf(three));
  });

  test('more than the limit are an error', async () => {
    const folder = await packWith(broken);
    const dataset = await open(folder);
    for (const workers of [0, 2]) {
      const strict = { shuffle: false, skipLimit: 1, workers };
      const error = (await load(dataset, strict).catch((thrown: unknown) => thrown)) as Error;
      expect(error).toMatchObject({ code: 'limit-exceeded' });
      expect(withoutSize(error.message)).toBe(
        `${folder}: too many persons that cannot be shown: expected at most 1, got 2, the last one: ${reasons[1]} Repair what is wrong with them, or raise skipLimit.`,
      );
    }
  });

  test('of everybody are an error too, and not an endless search', async () => {
    const all = Object.fromEntries(Array.from({ length: persons }, (_, at) => [at, broken[2]]));
    const dataset = await open(await packWith(all));
    await expect(load(dataset, { skipLimit: persons - 1 })).rejects.toThrow(
      `expected at most ${persons - 1}, got ${persons}`,
    );
    await expect(load(dataset, { skipLimit: 10 * persons })).rejects.toThrow(
      `expected at most 0, got ${persons}`,
    );
  });
});

describe('shards that change while they are open', () => {
  test('a cut file: those behind the cut are skipped', async () => {
    const folder = await packWith({});
    const dataset = await open(folder);
    const shard = join(folder, 'shard-00000.arrow');
    const { image } = await readLast(folder);
    await truncate(shard, (await readFile(shard)).indexOf(image) + 10);
    const { skipped, batches } = await load(dataset);
    expect(batches.map(({ size }) => size)).toEqual([3, 3, 3, 3]);
    const start = (await readFile(shard)).length - 10;
    expect(skipped.map(({ row, reason }) => [row, reason])).toEqual([
      [
        persons - 1,
        `${shard}: row ${persons - 1}, ${nameOf(persons - 1)}: ends early, at byte ${start + 10}: expected ${image.length} bytes from byte ${start}, got 10. Pack the dataset again.`,
      ],
    ]);
  });

  test('a changed image: its digest is another', async () => {
    const folder = await packWith({});
    const dataset = await open(folder);
    const shard = join(folder, 'shard-00000.arrow');
    const { image } = await readLast(folder);
    const bytes = await readFile(shard);
    const place = bytes.indexOf(image) + 200;
    bytes[place]! ^= 1;
    await writeFile(shard, bytes);
    const changed = bytes.subarray(place - 200, place - 200 + image.length);
    const { skipped } = await load(dataset, { workers: 1 });
    expect(skipped.map(({ reason }) => reason)).toEqual([
      `${shard}: row ${persons - 1}, ${nameOf(persons - 1)}: its stored image has changed since it was packed: expected crc32 ${crc32(image)}, got ${crc32(changed)}. Pack the dataset again.`,
    ]);
  });

  // Linux: a process's memory has nothing at its beginning, and says so as a broken disk does.
  test.runIf(existsSync(brokenDisk))(
    'a disk that cannot be read: whoever lies on it is skipped, or an error, by name',
    async () => {
      const sound = await open(await packWith({}));
      const folder = await packWith({});
      const broken = (await open(folder)).take(2);
      const source = new MixedDataset([
        { dataset: sound, weight: persons },
        { dataset: broken, weight: 2 },
      ]);
      const shard = join(folder, 'shard-00000.arrow');
      await unlink(shard);
      await symlink(brokenDisk, shard);
      const reasons = [0, 1].map(
        (row) => `${shard}: row ${row}, ${nameOf(row)}: cannot be read: expected <place>, got`,
      );
      // the threads open the file again
      for (const workers of [1, 2]) {
        const { batches, skipped } = await load(source, { workers });
        expect(batches.map(({ size }) => size)).toEqual([3, 3, 3, 3, 2]);
        const sorted = skipped.toSorted((a, b) => a.row - b.row);
        expect(sorted.map(({ row }) => row)).toEqual([persons, persons + 1]);
        for (const [at, { reason }] of sorted.entries()) {
          expect(withoutPlace(reason)).toContain(reasons[at]);
          expect(reason).toMatch(/EIO|i\/o error/i);
        }
      }
      const strict = { workers: 1, onBadSample: 'throw', shuffle: false } as const;
      const error = (await load(source, strict).catch((thrown: unknown) => thrown)) as Error;
      expect(error).toMatchObject({ code: 'corrupt-data' });
      expect(reasons.some((reason) => withoutPlace(error.message).startsWith(reason))).toBe(true);
    },
  );
});

const withoutPlace = (text: string): string => text.replace(/\d+ bytes from byte \d+/, '<place>');

/** The last person of the shards, read by another reader than the one that is tested. */
async function readLast(folder: string): Promise<KeypointRow> {
  const dataset = await KeypointDataset.open(folder);
  const row = dataset.get(persons - 1);
  dataset.close();
  return row;
}

describe("a function of the user's own", () => {
  const isThird = `context.annotationId === ${idOf(3)}`;
  const code = (fault: string): string =>
    `export default function change(input, context) { if (${isThird}) { ${fault} } }`;

  test('that throws is an error that names the person, or skips the person', async () => {
    const folder = await packWith({});
    const dataset = await open(folder);
    const own = await ownFunction(folder, code('throw new Error("no rain")'));
    const reason = `${join(folder, 'own.mjs')}: ${nameOf(3)}: the function threw: got Error: no rain.`;
    for (const workers of [0, 1]) {
      const error = await load(dataset, { ...own, workers, onBadSample: 'throw' }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'augmentation-failed', message: reason });
      const { skipped, batches } = await load(dataset, { ...own, workers });
      expect(skipped.map((one) => one.reason)).toEqual([reason]);
      expect(batches).toHaveLength(4);
    }
  });

  test.each([
    ['ends its thread', 'process.exit(3)', 'its thread ended with exit code 3'],
    ['hangs', 'for (;;) {}', 'a thread was busy with it for more than 4 s'],
  ])('that %s is an error, or skips the person; nothing hangs', async (_, fault, how) => {
    const folder = await packWith({});
    const dataset = await open(folder);
    const own = { ...(await ownFunction(folder, code(fault))), workerTimeoutMs: 4_000 };
    const reason = `${nameOf(3)}: ${how}.`;
    const threads = { ...own, workers: 2 };
    const error = await load(dataset, { ...threads, onBadSample: 'throw' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'worker-failed', message: reason });
    const two = await load(dataset, threads, { epoch: 1 });
    expect(two.skipped.map((one) => one.reason)).toEqual([reason]);
    expect(two.batches.map(({ size }) => size)).toEqual([3, 3, 3, 3]);
    expect(idsOf(two)).not.toContain(idOf(3));
    const one = await load(dataset, { ...threads, workers: 1 }, { epoch: 1, from: 1 });
    expect(one.batches).toEqual(two.batches.slice(1));
  });

  test('that fails when it is no longer looked at ends loading, whatever the policy', async () => {
    const folder = await packWith({});
    const dataset = await open(folder);
    const own = await ownFunction(folder, code('Promise.reject(new Error("late"))'));
    const epochs = Array.from({ length: 40 }, (_, epoch) => epoch);
    const epoch = epochs.find((one) => {
      const drawAt = dataset.order({ seed: options.seed, epoch: one, shuffle: true });
      return [0, 1, 2].some((place) => drawAt(place).row === 3);
    })!;
    const failed = load(dataset, { ...own, workers: 1 }, { epoch });
    await expect(failed).rejects.toMatchObject({
      code: 'worker-failed',
      message: 'no batch could be made: its thread failed: Error: late.',
    });
  });

  test('that cannot be loaded, or is none, is an error with any number of threads', async () => {
    const folder = await packWith({});
    const dataset = await open(folder);
    const file = join(folder, 'own.mjs');
    for (const workers of [0, 1]) {
      const none = await ownFunction(folder, 'export const change = 1;');
      await expect(load(dataset, { ...none, workers })).rejects.toThrow(
        `${file}: not an augmentation: expected a default export that is a function, got undefined.`,
      );
    }
    const order = [...defaultAugmentation.order, './missing.js'];
    const missing = { folder, augmentation: { ...defaultAugmentation, order } };
    await expect(load(dataset, missing)).rejects.toThrow(
      `${join(folder, 'missing.js')}: cannot be loaded: expected a JavaScript module with a default function, as augmentation.order names it, got Error`,
    );
  });

  test('changes pixels and joints, with the same randomness in any thread', async () => {
    const folder = await packWith({});
    const dataset = await open(folder);
    const own = await ownFunction(
      folder,
      `export default function whiten({ pixels, keypoints }, { random, skeleton }) {
        pixels.data.fill(random.integer(1, 255), 0, 12);
        if (skeleton.keypoints[2] === 'head') keypoints.set([1, 2, 2], 6);
      }`,
    );
    const here = await load(dataset, own);
    expect((await load(dataset, { ...own, workers: 2 })).batches).toEqual(here.batches);
    const plain = await load(dataset);
    const firsts = here.batches.map(({ images }) => images[0]!);
    expect(new Set(firsts).size).toBeGreaterThan(1);
    for (const [at, { images, keypoints }] of here.batches.entries()) {
      expect(images.subarray(12, 64 * 48 * 3)).toEqual(
        plain.batches[at]!.images.subarray(12, 64 * 48 * 3),
      );
      expect([...keypoints.subarray(6, 9)]).toEqual([1, 2, 2]);
    }
  });
});

test('another augmentation takes over from its epoch on', async () => {
  const dataset = await open(await packWith({}));
  const late = { ...options, lateAugmentation: { fromEpoch: 2, augmentation: null } };
  for (const workers of [0, 1]) {
    for (const [epoch, augmentation] of [
      [1, options.augmentation],
      [2, null],
      [7, null],
    ] as const) {
      const found = await load(dataset, { ...late, workers }, { epoch });
      expect(found.batches).toEqual((await load(dataset, { augmentation }, { epoch })).batches);
    }
  }
});
