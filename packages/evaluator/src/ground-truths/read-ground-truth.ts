import { readFile } from 'node:fs/promises';
import { LimberError } from '@limber/files';
import type { GroundTruthFile } from './ground-truth.ts';
import { parseGroundTruth } from './parse-ground-truth.ts';

/**
 * Reads a COCO file of true keypoints for evaluation, in full or short form. Unlike a training set it may have
 * several categories with joints, and what only an evaluation can judge, such as an id that comes twice, is left to it.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` naming file, id and field.
 */
export async function readGroundTruth(file: string): Promise<GroundTruthFile> {
  return parseGroundTruth(parseJson(await readText(file), file), file);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const expected = 'COCO keypoint JSON';
    const problem = { where: file, what: 'cannot be read', expected, got: String(cause) };
    throw new LimberError('missing-file', problem, { cause });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const expected = 'COCO keypoint JSON';
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
