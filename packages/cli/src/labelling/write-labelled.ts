import { constants, copyFile, mkdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { WrittenFormat, WrittenMember } from '@limber/dataset-builder';
import { writeLabels } from '@limber/dataset-builder';
import type { Skeleton } from '@limber/keypoints';
import { categoryOf } from '@limber/keypoints';
import { uniqueName } from '../commands/predict/image-files.ts';
import type { LabelledItem } from './find-poses.ts';
import type { PersonLabel } from './to-labels.ts';

/** An image with the labels that are written. */
export interface WrittenImage {
  readonly item: LabelledItem;
  readonly persons: readonly PersonLabel[];
}

/**
 * Writes images and their labels as a dataset: the labels in the format's files, copies of the images in `images/`.
 *
 * @param options.folder - made if it is missing.
 * @returns the name of the file of labels.
 */
export async function writeLabelled(
  images: readonly WrittenImage[],
  skeleton: Skeleton,
  { folder, to }: { readonly folder: string; readonly to: WrittenFormat },
): Promise<string> {
  const names = new Set<string>();
  const members: WrittenMember[] = [];
  const counts = { images: lastId(images), persons: 0 };
  for (const { item, persons } of images) {
    const { path, size, group } = item;
    const file_name = uniqueName(item.name, extname(item.name), names);
    const target = join(folder, 'images', file_name);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(path, target, constants.COPYFILE_FICLONE);
    const id = item.imageId ?? (counts.images += 1);
    members.push({
      image: { id, file_name, ...size, ...(group !== undefined && { group }) },
      annotations: persons.map((person) => ({
        id: (counts.persons += 1),
        image_id: id,
        category_id: 1,
        ...person,
      })),
    });
  }
  return await writeLabels(members, { category: categoryOf(skeleton), skeleton }, { folder, to });
}

function lastId(images: readonly WrittenImage[]): number {
  return images.reduce((last, { item: { imageId = 0 } }) => Math.max(last, imageId), 0);
}
