import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CocoAnnotation, Size } from '@limber/keypoints';
import { flipIndices } from '@limber/keypoints';
import { stringify } from 'yaml';
import type { DatasetWriter } from './dataset-writer.ts';

/**
 * Ultralytics YOLO-pose: `data.yaml`, a list of images for each split, and `labels/` beside `images/`. Crowds are
 * left out, as Ultralytics' own converter does; area, ids and groups have no place in the format.
 */
export const yoloWriter: DatasetWriter = {
  fileOf: (split) => `${split}.txt`,
  async writeSplit(folder, { name, members }) {
    const list: string[] = [];
    for (const { image, annotations } of members) {
      const file = join(folder, 'labels', image.file_name.replace(/\.[^./]+$/, '.txt'));
      await mkdir(dirname(file), { recursive: true });
      const lines = annotations.filter(isWritten).map((one) => toLine(one, image));
      await writeFile(file, lines.map((line) => `${line}\n`).join(''));
      list.push(`./images/${image.file_name}\n`);
    }
    await writeFile(join(folder, `${name}.txt`), list.join(''));
  },
  async finish(folder, splits, { category, skeleton }) {
    const data = {
      path: '.',
      ...Object.fromEntries(splits.map((split) => [split, `${split}.txt`])),
      kpt_shape: [category.keypoints.length, 3],
      ...(skeleton.pairs === null ? {} : { flip_idx: flipIndices(skeleton) }),
      names: { 0: category.name },
      kpt_names: { 0: category.keypoints },
    };
    await writeFile(join(folder, 'data.yaml'), stringify(data));
  },
};

function isWritten({ iscrowd }: CocoAnnotation): boolean {
  return iscrowd === 0;
}

/** Class, box as centre and size, joints: parts of the image, in as many digits as it takes to read them back the same. */
function toLine({ bbox, keypoints }: CocoAnnotation, { width, height }: Size): string {
  const [x, y, boxWidth, boxHeight] = bbox;
  const box = [
    (x + boxWidth / 2) / width,
    (y + boxHeight / 2) / height,
    boxWidth / width,
    boxHeight / height,
  ];
  const joints = keypoints.map((value, at) => {
    if (at % 3 === 2) return value;
    return value / (at % 3 === 0 ? width : height);
  });
  return [0, ...box, ...joints].join(' ');
}
