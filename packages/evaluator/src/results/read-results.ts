import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { LimberError } from '@limber/files';
import type { CocoResult } from './coco-result.ts';
import { parseFile } from './parse-file.ts';
import { ResultParser } from './result-parser.ts';
import type { ResultTable } from './result-table.ts';
import { resultAt } from './result-table.ts';

/** From here on a second thread saves more than it costs. */
const largeBytes = 32 * 1024 * 1024;

/**
 * Reads a COCO result file: a JSON list of `{ image_id, category_id, keypoints, score }`, with `bbox` or without.
 *
 * @throws {LimberError} as {@link readResultTable}.
 */
export async function readResults(file: string): Promise<CocoResult[]> {
  const table = await readResultTable(file);
  return Array.from({ length: table.length }, (_, row) => resultAt(table, row));
}

/**
 * Reads a COCO result file into columns, in pieces: faster than {@link readResults}, for files of any size. Two
 * threads share a large one.
 *
 * NaN and Infinity, which Python writes though JSON has no such numbers, are read; the evaluation refuses them and
 * says what they do to AP.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` naming the place: not JSON, not a list, cut off, or
 * an entry that is not a keypoint result.
 */
export async function readResultTable(file: string): Promise<ResultTable> {
  const handle = await openFile(file);
  try {
    const { size } = await handle.stat();
    if (size >= largeBytes && availableParallelism() > 1) {
      const { parseInTwo } = await import('./parse-in-two.ts');
      const table = await parseInTwo(handle.fd, file, size);
      if (table !== undefined) return table;
    }
    return parseWhole(handle.fd, file, size);
  } finally {
    await handle.close();
  }
}

function parseWhole(descriptor: number, file: string, sizeBytes: number): ResultTable {
  const parser = new ResultParser(file, sizeBytes);
  parseFile(descriptor, parser, 0, Infinity);
  return parser.finish();
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    throw new Error('not a file');
  } catch (cause) {
    const expected = 'COCO results as JSON';
    const problem = { where: file, what: 'cannot be read', expected, got: String(cause) };
    throw new LimberError('missing-file', problem, { cause });
  }
}
