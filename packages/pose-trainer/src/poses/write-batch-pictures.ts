import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import type { Size, Skeleton } from '@limber/keypoints';
import { annotatedPose, drawPoses } from './draw-pose.ts';

/**
 * Writes a batch down as a person can look at it: one PNG a person with the joints that it was trained towards, and
 * `batch.json` with the ids, and the range of its targets.
 */
export async function writeBatchPictures(
  folder: string,
  batch: KeypointBatch,
  { links, keypoints }: Pick<Skeleton, 'links' | 'keypoints'>,
  inputSize: Size,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const bytes = inputSize.height * inputSize.width * 3;
  const persons = Array.from({ length: batch.size }, (_, person) => person);
  for (const person of persons) {
    const image = batch.images.subarray(person * bytes, (person + 1) * bytes);
    const pose = annotatedPose(batch.keypoints, person, keypoints.length);
    const { png } = await drawPoses(image, inputSize, [pose], links);
    await writeFile(join(folder, `annotation-${batch.annotationIds[person]}.png`), png);
  }
  const targetsPerPerson = batch.targets.length / batch.size;
  const about = persons.map((person) => {
    const start = person * targetsPerPerson;
    const targets = batch.targets.subarray(start, start + targetsPerPerson);
    return {
      annotationId: batch.annotationIds[person],
      imageId: batch.imageIds[person],
      areTargetsFinite: targets.every(Number.isFinite),
    };
  });
  await writeFile(join(folder, 'batch.json'), `${JSON.stringify(about, null, 2)}\n`);
}
