import { readFile } from 'node:fs/promises';
import { LimberError } from '@limber/files';
import type { CocoDataset } from './coco-dataset.ts';
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
  return parseCoco(parseJson(await readText(file), file), { ...options, file });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const problem = {
      where: file,
      what: 'cannot be read',
      expected: 'COCO keypoint JSON',
      got: String(cause),
    };
    throw new LimberError('missing-file', problem, { cause });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const problem = {
      where: file,
      what: 'not JSON',
      expected: 'COCO keypoint JSON',
      got: String(cause),
    };
    throw new LimberError('invalid-annotations', problem, { cause });
  }
}
