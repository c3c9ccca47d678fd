import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { createRandom } from '@limber/keypoints';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { defaultAugmentation } from '../augmentations/augmentation-schema.ts';
import { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import { writeDottedDataset } from '../packing/dotted-dataset.suite.ts';
import { packDataset } from '../packing/pack-dataset.ts';
import type { KeypointBatch } from './keypoint-batch.ts';
import type { LoaderOptions } from './loader-options.ts';
import { KeypointLoader } from './keypoint-loader.ts';

// The worker threads run the built file, see batch-maker.ts.
const inputSize = { height: 64, width: 48 };
const options: LoaderOptions = {
  batchSize: 3,
  codec: { type: 'msra-heatmap', inputSize, heatmapSize: { height: 16, width: 12 } },
  seed: 8,
  shuffle: true,
  augmentation: {
    ...defaultAugmentation,
    coarseDropout: { probability: 1, holes: [1, 1], size: [0.2, 0.4] },
  },
  dropLast: false,
  workers: 2,
  prefetch: 3,
};

async function openDataset(count: number): Promise<KeypointDataset> {
  const { annotations, images, folder } = await writeDottedDataset(count);
  const out = join(folder, 'shards');
  await packDataset({ annotations, images, out, inputSize, corrupt: 'throw' });
  const dataset = await KeypointDataset.open(out);
  onTestFinished(() => dataset.close());
  return dataset;
}

async function batchesOf(
  dataset: KeypointDataset,
  changed: Partial<LoaderOptions>,
  from = 0,
): Promise<KeypointBatch[]> {
  const loader = new KeypointLoader(dataset, { ...options, ...changed });
  try {
    const batches: KeypointBatch[] = [];
    for await (const batch of loader.batches(1, from)) batches.push(batch);
    return batches;
  } finally {
    await loader.close();
  }
}

/** One digest for each batch: of every byte of it. */
async function digestsOf(loader: KeypointLoader, epoch: number, from = 0): Promise<string[]> {
  const digests: string[] = [];
  for await (const batch of loader.batches(epoch, from)) {
    const { images, targets, weights, keypoints, areas, annotationIds, toImage } = batch;
    const hash = createHash('sha256').update(JSON.stringify([annotationIds, toImage]));
    for (const bytes of [images, targets, weights, keypoints, areas]) hash.update(bytes);
    digests.push(hash.digest('hex'));
  }
  return digests;
}

/** LIMBER_RESUMES=1000 is the long form. */
const resumeCount = Number(process.env['LIMBER_RESUMES'] ?? 20);
vi.setConfig({ testTimeout: 60_000 + resumeCount * 1_000 });

describe('worker threads', () => {
  test('make the same bytes as this thread, however many there are, from any batch on', async () => {
    const dataset = await openDataset(20);
    const expected = await batchesOf(dataset, { workers: 0 });
    expect(expected).toHaveLength(7);
    expect(await batchesOf(dataset, { workers: 2 })).toEqual(expected);
    expect(await batchesOf(dataset, { workers: 3, prefetch: 1 })).toEqual(expected);
    expect(await batchesOf(dataset, { workers: 2 }, 4)).toEqual(expected.slice(4));
  });

  test(`from ${resumeCount} random positions on, any number of threads and of ranks gives exactly the remaining batches`, async () => {
    const dataset = await openDataset(20);
    const alone = new KeypointLoader(dataset, { ...options, workers: 0 });
    const epochs: string[][] = [];
    for (let epoch = 0; epoch < 4; epoch++) epochs.push(await digestsOf(alone, epoch));
    const loaders = new Map<string, KeypointLoader>();
    const random = createRandom(7, 'resume');
    // each time with other ranks than the epoch before
    for (let resume = 0; resume < resumeCount; resume++) {
      const epoch = random.integer(0, 3);
      const worldSize = random.integer(1, 3);
      const rank = random.integer(0, worldSize - 1);
      const share = { rank, worldSize, workers: random.integer(0, 2) };
      const key = JSON.stringify(share);
      const loader = loaders.get(key) ?? new KeypointLoader(dataset, { ...options, ...share });
      loaders.set(key, loader);
      const from = random.integer(0, loader.batchesPerEpoch);
      const own = epochs[epoch]!.filter((_, batch) => batch % worldSize === rank);
      expect(await digestsOf(loader, epoch, from)).toEqual(own.slice(from));
    }
    for (const loader of loaders.values()) await loader.close();
  });

  test('pass on an error with its code, place and text', async () => {
    const packed = await openDataset(4);
    const { folder } = packed;
    const { image } = packed.get(2);
    await damageImage(join(folder, 'shard-00000.arrow'), { image });
    const dataset = await KeypointDataset.open(folder);
    onTestFinished(() => dataset.close());
    const damaged = { shuffle: false, batchSize: 1 };
    const here = await batchesOf(dataset, { ...damaged, workers: 0 }).catch(
      (error: unknown) => error,
    );
    const there = await batchesOf(dataset, damaged).catch((error: unknown) => error);
    const shard = join(dataset.folder, 'shard-00000.arrow');
    const where = `${shard}: row 2, annotation 900000000002 (image 12)`;
    expect(there).toMatchObject({
      code: 'corrupt-data',
      where,
      message: (here as Error).message,
    });
    expect((here as Error).message).toBe(
      `${where}: its stored image has changed since it was packed: expected crc32 ${crc32(image)}, got ${crc32(Buffer.alloc(image.length))}. Pack the dataset again.`,
    );
  });

  test('end when the loader is closed in the middle of an epoch, so that the process ends', async () => {
    const dataset = await openDataset(20);
    const script = join(dataset.folder, 'stop-early.mjs');
    const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
    await writeFile(
      script,
      `import { KeypointDataset, KeypointLoader } from ${JSON.stringify(pathToFileURL(built).href)};
      const dataset = await KeypointDataset.open(${JSON.stringify(dataset.folder)});
      const loader = new KeypointLoader(dataset, ${JSON.stringify(options)});
      for await (const batch of loader.batches(0)) { console.log('batch of ' + batch.size); break; }
      await loader.close();
      dataset.close();
      console.log('closed');`,
    );
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script]);
    expect(stdout).toBe('batch of 3\nclosed\n');
    expect(stderr).toBe('');
  });
});

async function damageImage(shard: string, row: { image: Uint8Array }): Promise<void> {
  const position = (await readFile(shard)).indexOf(row.image);
  const handle = await open(shard, 'r+');
  await handle.write(Buffer.alloc(row.image.length), 0, row.image.length, position);
  await handle.close();
}
