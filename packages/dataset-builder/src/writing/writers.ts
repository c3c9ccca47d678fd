import { cocoWriter } from './coco-writer.ts';
import { cvatWriter } from './cvat-writer.ts';
import type { DatasetWriter, WrittenJoints, WrittenMember } from './dataset-writer.ts';
import { labelStudioWriter } from './label-studio-writer.ts';
import { yoloWriter } from './yolo-writer.ts';

/** A format that datasets are written in. */
export type WrittenFormat = 'coco' | 'yolo-pose' | 'cvat' | 'label-studio';

/** Every format that datasets are written in. */
export const writers: Readonly<Record<WrittenFormat, DatasetWriter>> = {
  coco: cocoWriter,
  'yolo-pose': yoloWriter,
  cvat: cvatWriter,
  'label-studio': labelStudioWriter,
};

/**
 * Writes the labels of images that are not split, beside the folder `images/` that they lie in: for COCO and Label Studio
 * `annotations.json`, for CVAT `annotations.xml`, and what else the format has.
 *
 * @param members - gone through several times.
 * @param options.folder - it must be there.
 * @returns the name of the file that the labels are found by.
 */
export async function writeLabels(
  members: Iterable<WrittenMember>,
  joints: WrittenJoints,
  { folder, to }: { readonly folder: string; readonly to: WrittenFormat },
): Promise<string> {
  const writer = writers[to];
  const name = 'annotations';
  await writer.writeSplit(folder, { name, members }, joints);
  await writer.finish(folder, [], joints);
  return writer.fileOf(name);
}
