import { KeypointDataset, KeypointLoader, defaultAugmentation } from '@limber/dataset-loader';
import { createRandom } from '@limber/keypoints';
import { medianOf } from './median.ts';

/** What is measured. */
export interface LoaderBenchmarkOptions {
  readonly batch: number;
  /** Worker threads; 0: the batches are made in the main thread. */
  readonly workers: number;
  /** Passes over the dataset that are measured, after one that is not. */
  readonly epochs: number;
}

/** What was measured. */
export interface LoaderBenchmark {
  readonly persons: number;
  readonly batch: number;
  readonly workers: number;
  readonly inputSize: { readonly height: number; readonly width: number };
  readonly epochs: number;
  /** Median over the epochs. */
  readonly samplesPerSecond: number;
  /** Processor time of the whole process for a sample, median over the epochs. */
  readonly processorMilliseconds: number;
  /** Single rows read one after the other, and in random order: median over the epochs. */
  readonly rowsPerSecond: { readonly sequential: number; readonly shuffled: number };
  /** The most main memory that the process held. */
  readonly peakBytes: number;
}

/**
 * Measures how fast batches for training are made: shuffled, with the default augmentation and heatmaps
 * of a quarter of the input, and how fast single rows are read.
 *
 * @param shards - a folder that `limber pack` wrote.
 * @throws {LimberError} as {@link KeypointDataset.open}.
 */
export async function benchLoader(
  shards: string,
  { batch, workers, epochs }: LoaderBenchmarkOptions,
): Promise<LoaderBenchmark> {
  const dataset = await KeypointDataset.open(shards);
  const { inputSize, size } = dataset;
  const heatmapSize = { height: inputSize.height / 4, width: inputSize.width / 4 };
  const loader = new KeypointLoader(dataset, {
    batchSize: Math.min(batch, size),
    codec: { type: 'msra-heatmap', inputSize, heatmapSize },
    seed: 0,
    shuffle: true,
    augmentation: { ...defaultAugmentation, flipProbability: 0 },
    dropLast: true,
    workers,
    prefetch: Math.max(1, workers * 2),
  });
  try {
    const passes: { readonly seconds: number; readonly milliseconds: number }[] = [];
    for (let epoch = 0; epoch <= epochs; epoch++) passes.push(await timeEpoch(loader, epoch));
    const measured = passes.slice(1);
    const order = Array.from({ length: size }, (_, index) => index);
    const random = createRandom(0, 'bench loader');
    const keys = order.map(() => random.uniform());
    const shuffled = order.toSorted((a, b) => keys[a]! - keys[b]!);
    const [inOrder, atRandom] = [order, shuffled].map((rows) =>
      medianOf(Array.from({ length: epochs }, () => readRows(dataset, rows))),
    );
    return {
      persons: size,
      batch,
      workers,
      inputSize,
      epochs,
      samplesPerSecond: medianOf(measured.map(({ seconds }) => seconds)) ** -1,
      processorMilliseconds: medianOf(measured.map(({ milliseconds }) => milliseconds)),
      rowsPerSecond: { sequential: inOrder!, shuffled: atRandom! },
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await loader.close();
    dataset.close();
  }
}

/** Seconds and milliseconds of processor time for a sample. */
async function timeEpoch(
  loader: KeypointLoader,
  epoch: number,
): Promise<{ readonly seconds: number; readonly milliseconds: number }> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  let samples = 0;
  for await (const { size } of loader.batches(epoch)) samples += size;
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: (performance.now() - start) / 1000 / samples,
    milliseconds: (user + system) / 1000 / samples,
  };
}

/** Rows per second. */
function readRows(dataset: KeypointDataset, rows: readonly number[]): number {
  const start = performance.now();
  const scratch = { bytes: Buffer.alloc(0) };
  for (const index of rows) dataset.get(index, scratch);
  return (rows.length / (performance.now() - start)) * 1000;
}
