import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StateFolder } from './state-folder.ts';
import { isMissing, readJson, writeAtomically } from './write-atomically.ts';

/** For whom a working folder was made. */
export interface WorkOwner {
  readonly pipeline: string;
  readonly stage: string;
}

/**
 * The working folder of a resumable stage, as its earlier attempts left it.
 *
 * @param options.isFresh - throws away what is there.
 */
export function openWorkFolder(
  state: StateFolder,
  workKey: string,
  owner: WorkOwner,
  options: { readonly isFresh: boolean },
): { readonly path: string; readonly isResumed: boolean } {
  const folder = join(state.work, workKey);
  const path = join(folder, 'files');
  if (options.isFresh) rmSync(folder, { recursive: true, force: true });
  const isResumed = existsSync(path) && readdirSync(path).length > 0;
  mkdirSync(path, { recursive: true });
  if (!existsSync(join(folder, 'owner.json'))) {
    writeAtomically(join(folder, 'owner.json'), `${JSON.stringify(owner)}\n`);
  }
  return { path, isResumed };
}

/** All working folders, with those they were made for. */
export function listWorkFolders(
  state: StateFolder,
): { readonly workKey: string; readonly folder: string; readonly owner: WorkOwner | undefined }[] {
  return listFolder(state.work).map((workKey) => {
    const folder = join(state.work, workKey);
    const owner = readJson(join(folder, 'owner.json')) as WorkOwner | undefined;
    return { workKey, folder, owner };
  });
}

/** The names in a folder; none if it does not exist. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
