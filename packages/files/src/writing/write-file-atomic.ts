import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { renamePatiently, renamePatientlySync } from './rename-patiently.ts';
import { temporaryName } from './temporary-name.ts';

/** What a file is to hold: text (UTF-8), bytes, or bytes in parts, which are not joined in memory. */
export type FileContent = string | Uint8Array | readonly Uint8Array[];

/**
 * Writes a file under a temporary name in the same folder, syncs it and renames it, so that nobody
 * ever sees half of it, not even after a power cut. The folder is created if it is missing.
 *
 * After an error the former content is still there, and nothing else.
 */
export async function writeFileAtomic(file: string, content: FileContent): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = temporaryName(file);
  try {
    const handle = await open(temporary, 'wx');
    try {
      for (const part of partsOf(content)) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renamePatiently(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

/** {@link writeFileAtomic} for code that may not wait, such as a handler of a signal. */
export function writeFileAtomicSync(file: string, content: FileContent): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = temporaryName(file);
  try {
    const descriptor = openSync(temporary, 'wx');
    try {
      for (const part of partsOf(content)) writeFileSync(descriptor, part);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renamePatientlySync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

/** Makes the names in a folder survive a power cut. */
export function syncFolder(folder: string): void {
  // Windows does not open folders; its file system journals renames.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function partsOf(content: FileContent): readonly (string | Uint8Array)[] {
  return typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
}
