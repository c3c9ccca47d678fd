import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Size in bytes of the largest file at any depth of a folder; 0 without one, or without the folder. */
export async function largestFile(folder: string): Promise<number> {
  let largest = 0;
  try {
    for (const name of await readdir(folder, { recursive: true })) {
      const found = await stat(join(folder, name));
      if (found.isFile()) largest = Math.max(largest, found.size);
    }
  } catch {
    // whoever writes there removes folders while they are being listed; the next look counts again
    return largest;
  }
  return largest;
}
