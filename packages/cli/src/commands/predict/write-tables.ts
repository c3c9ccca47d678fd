import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Skeleton } from '@limber/keypoints';
import type { PredictSummary } from './predict-options.ts';
import type { ImagePrediction } from './prediction-files.ts';
import { toCocoResults, toCsv, toImageList } from './prediction-files.ts';

const resultsFile = 'results.json';

/** Folders of predictions may be replaced by others. */
export const earlierPredictions = {
  what: 'predictions',
  test: (names: readonly string[]): boolean => names.includes(resultsFile),
};

interface TableOptions {
  readonly out: string;
  readonly skipped: PredictSummary['skipped'];
  readonly skeleton: Skeleton;
}

/** Writes `results.json` (COCO results), `images.json` and `keypoints.csv`. */
export async function writeTables(
  folder: string,
  images: readonly ImagePrediction[],
  { out, skipped, skeleton }: TableOptions,
): Promise<PredictSummary> {
  const tables = {
    [resultsFile]: `${JSON.stringify(toCocoResults(images))}\n`,
    'images.json': `${JSON.stringify(toImageList(images, skeleton), null, 1)}\n`,
    'keypoints.csv': toCsv(images, skeleton),
  };
  for (const [name, text] of Object.entries(tables)) await writeFile(join(folder, name), text);
  const persons = images.reduce((sum, { poses }) => sum + poses.length, 0);
  return { images: images.length, persons, skipped, out, files: Object.keys(tables) };
}
