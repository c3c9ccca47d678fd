import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { letOthersRun } from '@limber/files';

const chunkBytes = 1 << 20;

/** sha256 of a text, as lower-case hexadecimal. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * sha256 of a file's content, as lower-case hexadecimal. Large files are read piece by piece, and whoever
 * hashes many small ones lets timers and signals have their turn.
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await letOthersRun();
  if (statSync(path).size <= chunkBytes) return hash.update(readFileSync(path)).digest('hex');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
