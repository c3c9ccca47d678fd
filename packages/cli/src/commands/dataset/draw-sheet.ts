import { KeypointDataset, KeypointLoader } from '@limber/dataset-loader';
import { writeFileAtomic } from '@limber/files';
import { drawContactSheet } from '@limber/pose-trainer/contact-sheet';
import { printLine } from '../../terminal/print-result.ts';
import { readLook } from '../../viewer/sample-look.ts';
import type { ViewCommandOptions } from './view-command.ts';

/** Draws persons of packed shards as a model sees them, on one image. */
export async function drawSheet(
  shards: string,
  options: ViewCommandOptions & { readonly out: string },
): Promise<void> {
  const { out, epoch, count, augmented } = options;
  const lookOf = await readLook(options);
  const dataset = await KeypointDataset.open(shards);
  try {
    const { inputSize, ...look } = lookOf(dataset.inputSize);
    const { skeleton } = dataset;
    const loader = new KeypointLoader(dataset, {
      ...look,
      ...(augmented ? {} : { augmentation: null, lateAugmentation: null }),
      batchSize: Math.min(count, dataset.size),
      codec: { type: 'msra-heatmap', inputSize, heatmapSize: inputSize },
      shuffle: true,
      dropLast: false,
      workers: 0,
      prefetch: 1,
    });
    for await (const batch of loader.batches(epoch)) {
      await writeFileAtomic(out, await drawContactSheet(batch, { skeleton, inputSize, file: out }));
      const mirrored = augmented ? '; mirrored ones are framed' : '';
      printLine(`${batch.size} of ${dataset.size} persons in ${out}${mirrored}`);
      break;
    }
  } finally {
    dataset.close();
  }
}
