import { readFile } from 'node:fs/promises';
import { LimberError } from '@limber/files';
import type { CocoDataset, CocoFile } from './coco-dataset.ts';
import { parseCocoFile } from './parse-coco-file.ts';
import { parseCoco } from './parse-coco.ts';

/**
 * Reads a COCO keypoint file, see {@link parseCoco}.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` if it is not JSON or not COCO keypoints.
 */
export async function readCoco(
  file: string,
  options: { readonly strict?: boolean } = {},
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

async function readJson(file: string): Promise<unknown> {
  const expected = 'COCO keypoint JSON';
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
