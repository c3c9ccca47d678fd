import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import type { DrawBatchPersonOptions } from './draw-batch-person.ts';
import { drawBatchPerson } from './draw-batch-person.ts';

/**
 * Writes a batch down for a person to look at: one PNG for each person with its true joints, and `batch.json` with the ids
 * and whether the targets are finite.
 */
export async function writeBatchImages(
  folder: string,
  batch: KeypointBatch,
  options: DrawBatchPersonOptions,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const targetsPerPerson = batch.targets.length / batch.size;
  const about = [];
  for (let person = 0; person < batch.size; person++) {
    const { png } = await drawBatchPerson(batch, person, options);
    await writeFile(join(folder, `annotation-${batch.annotationIds[person]}.png`), png);
    const start = person * targetsPerPerson;
    const targets = batch.targets.subarray(start, start + targetsPerPerson);
    about.push({
      annotationId: batch.annotationIds[person],
      imageId: batch.imageIds[person],
      areTargetsFinite: targets.every(Number.isFinite),
    });
  }
  await writeFile(join(folder, 'batch.json'), `${JSON.stringify(about, null, 2)}\n`);
}
