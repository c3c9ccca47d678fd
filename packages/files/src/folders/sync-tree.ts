import { closeSync, fsyncSync, openSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { syncFolder } from '../writing/write-file-atomic.ts';

/** So many files are synced before timers and signals get their turn: one takes some 0.1 ms. */
const filesPerTurn = 64;

/**
 * Makes every file below a folder, and every name, survive a power cut.
 *
 * @throws the reason of `signal`, once it is aborted.
 */
export async function syncTree(folder: string, signal?: AbortSignal): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  let synced = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path, signal);
    if (!entry.isFile()) continue;
    syncFile(path);
    synced += 1;
    if (synced % filesPerTurn !== 0) continue;
    await nextTurn();
    signal?.throwIfAborted();
  }
  syncFolder(folder);
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
