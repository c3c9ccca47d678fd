import { closeSync, openSync, readSync } from 'node:fs';
import { unlessMissing } from '../../store/read-if-there.ts';

const chunkBytes = 2 ** 16;

/**
 * Follows a file that grows.
 *
 * @returns reads what is new, which is nothing while the file is missing.
 */
export function tailFile(path: string): () => Buffer {
  let offset = 0;
  return () => {
    const parts: Buffer[] = [];
    // Opening makes a network file system ask its server.
    const descriptor = unlessMissing(() => openSync(path, 'r'));
    if (descriptor === undefined) return Buffer.alloc(0);
    try {
      for (;;) {
        const chunk = Buffer.alloc(chunkBytes);
        const count = readSync(descriptor, chunk, 0, chunkBytes, offset);
        if (count === 0) return Buffer.concat(parts);
        offset += count;
        parts.push(chunk.subarray(0, count));
      }
    } finally {
      closeSync(descriptor);
    }
  };
}

/** Puts the whole lines together of bytes that come in pieces; the last one waits for its end. */
export function createLineReader(): (bytes: Buffer) => string[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = Buffer.concat([rest, bytes]);
    const end = all.lastIndexOf('\n') + 1;
    rest = all.subarray(end);
    return all.subarray(0, end).toString().split('\n').slice(0, -1);
  };
}
