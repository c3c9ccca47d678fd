import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { LimberError } from '@limber/keypoints/core';
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
    const { size } = await handle.stat();
    return parsePieces(handle.fd, file, size);
  } finally {
    await handle.close();
  }
}

/** Small enough for the processor's cache. */
const pieceBytes = 256 * 1024;

/** Reads synchronously: parsing keeps the thread busy anyway, and waiting for each piece costs as much as parsing it. */
function parsePieces(descriptor: number, file: string, sizeBytes: number): ResultTable {
  const parser = new ResultParser(file, sizeBytes);
  let bytes = Buffer.allocUnsafe(pieceBytes);
  let kept = 0;
  for (;;) {
    // a result longer than a piece leaves no room; the parser needs a 0 at the end
    if (kept + 1 >= bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)]);
    const bytesRead = readSync(descriptor, bytes, kept, bytes.length - 1 - kept, null);
    if (bytesRead === 0) return parser.finish();
    const end = kept + bytesRead;
    bytes[end] = 0;
    const done = parser.parse(bytes, end);
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
