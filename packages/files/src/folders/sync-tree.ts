import { closeSync, fsyncSync, openSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { letOthersRun } from '../mapping/let-others-run.ts';
import { syncFolder } from '../writing/write-file-atomic.ts';

/** Makes every file below a folder, and every name, survive a power cut. */
export async function syncTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    if (!entry.isFile()) continue;
    syncFile(path);
    await letOthersRun();
  }
  syncFolder(folder);
}

/**
 * Makes files survive a power cut, their names, and the folders that these are in.
 *
 * @param root - the folder around all of them, which is there already.
 */
export async function syncFiles(root: string, paths: Iterable<string>): Promise<void> {
  const folders = new Set([root]);
  for (const path of paths) {
    syncFile(path);
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) {
      folders.add(folder);
    }
    await letOthersRun();
  }
  for (const folder of folders) syncFolder(folder);
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
