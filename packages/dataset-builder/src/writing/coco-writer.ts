import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cocoJsonParts } from '@limber/keypoints';
import type { DatasetWriter } from './dataset-writer.ts';

/** COCO keypoints: `train.json`, `val.json`, `test.json`. */
export const cocoWriter: DatasetWriter = {
  fileOf: (split) => `${split}.json`,
  async writeSplit(folder, { name, images, annotations }, { category }) {
    await writeFile(join(folder, `${name}.json`), cocoJsonParts({ images, annotations, category }));
  },
  async finish() {
    // every split is a file of its own
  },
};
