import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { LimberError } from '@limber/keypoints';
import type { CocoResult } from './coco-result.ts';
import { ResultParser } from './result-parser.ts';
import type { ResultTable } from './result-table.ts';
import { resultAt } from './result-table.ts';

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
 * Reads a COCO result file into columns, in pieces: faster than {@link readResults}, for files of any size.
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
    return await parsePieces(handle, file);
  } finally {
    await handle.close();
  }
}

const pieceBytes = 4 * 1024 * 1024;

async function parsePieces(handle: FileHandle, file: string): Promise<ResultTable> {
  const parser = new ResultParser(file);
  let bytes = Buffer.allocUnsafe(pieceBytes);
  let kept = 0;
  for (;;) {
    // a result longer than a piece leaves no room
    if (kept === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)]);
    const { bytesRead } = await handle.read(bytes, kept, bytes.length - kept);
    if (bytesRead === 0) return parser.finish();
    const end = kept + bytesRead;
    const done = parser.parse(bytes.subarray(0, end));
    bytes.copyWithin(0, done, end);
    kept = end - done;
  }
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
