import { constants } from 'node:buffer';
import { stat } from 'node:fs/promises';
import type { CategoryJoints } from '../skeletons/derive-skeleton.ts';
import { deriveSkeleton } from '../skeletons/derive-skeleton.ts';
import type { CocoDataset, CocoFile } from './coco-dataset.ts';
import type { CocoFileOptions } from './coco-file-parser.ts';
import { objectAt } from './json-fields.ts';
import { parseCategory } from './parse-categories.ts';
import { parseCocoFile } from './parse-coco-file.ts';
import type { ParseCocoOptions } from './parse-coco.ts';
import { toDataset } from './parse-coco.ts';
import { readJson } from './read-json.ts';
import { streamCocoFile } from './stream-coco-file.ts';

/**
 * Reads a COCO keypoint file of any size, see `parseCoco`.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` if it is not JSON or not COCO keypoints.
 */
export async function readCoco(
  file: string,
  options: Omit<ParseCocoOptions, 'file'> = {},
): Promise<CocoDataset> {
  const read = await readItems({ ...options, file, purpose: 'training' });
  return toDataset(read, { ...options, file });
}

/**
 * Reads a COCO keypoint file for evaluation, where several categories may have joints, and ids and ranges are judged
 * later, see `parseCocoFile`.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` if it is not JSON or not COCO keypoints.
 */
export async function readCocoFile(file: string): Promise<CocoFile> {
  return await readItems({ file, purpose: 'evaluation' });
}

/** A file that fits into one string is parsed as a whole, which is some times faster. */
async function readItems(options: CocoFileOptions): Promise<CocoFile> {
  const found = await stat(options.file).catch(() => null);
  const isLong = found !== null && found.size > constants.MAX_STRING_LENGTH;
  if (isLong) return await streamCocoFile(options);
  return parseCocoFile(await readJson(options.file, 'COCO keypoint JSON'), options);
}

/**
 * Reads a skeleton file: one category as it stands in a COCO file, its names of joints, and `sigmas`, `pairs` and
 * `skeleton` where it states them.
 *
 * @throws {LimberError} `missing-file`, `invalid-annotations` if it is no category, or `invalid-skeleton` if it
 * contradicts itself.
 */
export async function readSkeleton(file: string): Promise<CategoryJoints> {
  const fields = objectAt(await readJson(file, 'a skeleton as JSON'), { file });
  const { id: _, ...joints } = parseCategory(fields, { file, id: 1 });
  deriveSkeleton(joints);
  return joints;
}
