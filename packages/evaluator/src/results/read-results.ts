import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { cannotBeRead } from '@limber/files';
import type { CocoResult } from './coco-result.ts';
import { ResultParser } from './result-parser.ts';
import type { ResultTable } from './result-table.ts';
import { resultAt } from './result-table.ts';

/** Enough for about a hundred results, and so few that their objects die young. */
const pieceBytes = 64 * 1024;

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
 * Reads a COCO result file into columns, in pieces: faster than {@link readResults}, and for files of any size.
 *
 * NaN and Infinity, which Python writes although JSON has no such numbers, are read; the evaluation refuses them and
 * says what they do to AP.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` naming the place: not JSON, not a list, cut off, or
 * an entry that is not a keypoint result.
 */
export async function readResultTable(file: string): Promise<ResultTable> {
  const handle = await openFile(file);
  try {
    const { size } = await handle.stat();
    const parser = new ResultParser(file, size);
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      // synchronously: waiting for each piece costs as much as parsing it
      const bytesRead = readSync(handle.fd, piece, 0, pieceBytes, null);
      if (bytesRead === 0) return parser.finish();
      parser.add(piece.toString('latin1', 0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    throw new Error('not a file');
  } catch (cause) {
    throw cannotBeRead(file, cause, { expected: 'COCO results as JSON' });
  }
}
