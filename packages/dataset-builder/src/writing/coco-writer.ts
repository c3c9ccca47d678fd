import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CocoAnnotation, CocoImage } from '@limber/keypoints';
import { cocoJsonParts } from '@limber/keypoints';
import type { DatasetWriter, WrittenMember } from './dataset-writer.ts';

/** COCO keypoints: `train.json`, `val.json`, `test.json`. */
export const cocoWriter: DatasetWriter = {
  fileOf: (split) => `${split}.json`,
  async writeSplit(folder, { name, members }, { category }) {
    const dataset = { images: imagesOf(members), annotations: annotationsOf(members), category };
    await writeFile(join(folder, `${name}.json`), cocoJsonParts(dataset));
  },
  async finish() {
    // every split is a file of its own
  },
};

function* imagesOf(members: Iterable<WrittenMember>): Generator<CocoImage, void, undefined> {
  for (const { image } of members) yield image;
}

function* annotationsOf(
  members: Iterable<WrittenMember>,
): Generator<CocoAnnotation, void, undefined> {
  for (const { annotations } of members) yield* annotations;
}
