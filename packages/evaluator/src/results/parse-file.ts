import { readSync } from 'node:fs';
import { isSpace } from './ascii.ts';
import type { ResultParser } from './result-parser.ts';

/** Small enough for the processor's cache. */
const pieceBytes = 256 * 1024;

/**
 * Feeds a part of a file to a parser, in pieces. Reads synchronously: parsing keeps the thread busy anyway, and
 * waiting for each piece costs as much as parsing it.
 *
 * @param start - place of the first byte.
 * @param end - place behind the last byte; Infinity for all there are.
 * @returns whether the parser was done with every byte but white space.
 */
export function parseFile(
  descriptor: number,
  parser: ResultParser,
  start: number,
  end: number,
): boolean {
  let bytes = Buffer.allocUnsafe(pieceBytes);
  let kept = 0;
  for (let place = start; ;) {
    // a result longer than a piece leaves no room; the parser needs a 0 at the end
    if (kept + 1 >= bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)]);
    const room = Math.min(bytes.length - 1 - kept, end - place);
    const bytesRead = readSync(descriptor, bytes, kept, room, place);
    if (bytesRead === 0) return bytes.subarray(0, kept).every(isSpace);
    place += bytesRead;
    const filled = kept + bytesRead;
    bytes[filled] = 0;
    const done = parser.parse(bytes, filled);
    bytes.copyWithin(0, done, filled);
    kept = filled - done;
  }
}
