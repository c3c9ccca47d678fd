import { readFile } from 'node:fs/promises';
import { LimberError } from '@limber/files';
import type { CategoryJoints } from '../skeletons/derive-skeleton.ts';
import { deriveSkeleton } from '../skeletons/derive-skeleton.ts';
import type { CocoDataset, CocoFile } from './coco-dataset.ts';
import { objectAt } from './json-fields.ts';
import { parseCategory } from './parse-categories.ts';
import { parseCocoFile } from './parse-coco-file.ts';
import type { ParseCocoOptions } from './parse-coco.ts';
import { parseCoco } from './parse-coco.ts';

/**
 * Reads a COCO keypoint file, see {@link parseCoco}.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` if it is not JSON or not COCO keypoints.
 */
export async function readCoco(
  file: string,
  options: Omit<ParseCocoOptions, 'file'> = {},
): Promise<CocoDataset> {
  return parseCoco(await readJson(file), { ...options, file });
}

/**
 * Reads a COCO keypoint file for evaluation, where several categories may have joints, and ids and ranges are judged
 * later, see {@link parseCocoFile}.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` if it is not JSON or not COCO keypoints.
 */
export async function readCocoFile(file: string): Promise<CocoFile> {
  return parseCocoFile(await readJson(file), file);
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

async function readJson(file: string, expected = 'COCO keypoint JSON'): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const problem = { where: file, what: 'cannot be read', expected, got: String(cause) };
    throw new LimberError('missing-file', problem, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    const got = text.trim() === '' ? 'an empty file' : oneLine(String(cause));
    const problem = { where: file, what: 'not JSON', expected, got };
    throw new LimberError('invalid-annotations', problem, { cause });
  }
}

/** The parser quotes the file, line breaks and control characters included. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\ufffd]+/g, ' ').trim();
}
