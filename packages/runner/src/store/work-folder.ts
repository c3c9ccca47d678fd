import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import type { ZodType } from 'zod';
import { z } from 'zod';
import { beginAttempt } from './lineage.ts';
import { listFolder, readText } from './read-if-there.ts';
import { readManifest } from './read-manifest.ts';
import type { Attempt, StageKey } from './stage-record.ts';
import type { StateFolder } from './state-folder.ts';
import { sha256Schema } from './stored-names.ts';

const ownerSchema: ZodType<StageKey> = z.strictObject({ pipeline: z.string(), stage: z.string() });

/**
 * The working folder of a resumable stage, as its earlier attempts left it.
 *
 * @param options.owner - the stage that it is made for.
 * @param options.attempt - decides which folder it is, and whether what is there can be used.
 * @param options.isFresh - throws away what is there.
 */
export function openWorkFolder(
  state: StateFolder,
  options: { readonly owner: StageKey; readonly attempt: Attempt; readonly isFresh: boolean },
): { readonly path: string; readonly isResumed: boolean } {
  const { attempt } = options;
  const folder = join(state.work, attempt.workKey);
  const path = join(folder, 'files');
  if (options.isFresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  beginAttempt(state, attempt);
  const isResumed = existsSync(path) && readdirSync(path).length > 0;
  mkdirSync(path, { recursive: true });
  if (readManifest(join(folder, 'owner.json'), ownerSchema) === undefined) {
    writeFileAtomicSync(join(folder, 'owner.json'), `${JSON.stringify(options.owner)}\n`);
  }
  return { path, isResumed };
}

/** The folder of work that goes on without its runner, and is joined by the next run. */
export function detachedFolder(state: StateFolder, workKey: string): string {
  return join(state.work, workKey, 'job');
}

/** Notes what work that goes on without its runner needs of the store. */
export function noteUse(folder: string, keys: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileAtomicSync(join(folder, 'used'), `${keys.join('\n')}\n`);
}

/** The keys that the private folder of a run, or of work that goes on without one, says are needed. */
export function readUse(folder: string): string[] {
  const lines = (readText(join(folder, 'used')) ?? '').split('\n');
  return lines.filter((line) => sha256Schema.safeParse(line).success);
}

/** All working folders, with those they were made for. */
export function listWorkFolders(
  state: StateFolder,
): { readonly workKey: string; readonly folder: string; readonly owner: StageKey | undefined }[] {
  return listFolder(state.work).map((workKey) => {
    const folder = join(state.work, workKey);
    const owner = readManifest(join(folder, 'owner.json'), ownerSchema);
    return { workKey, folder, owner };
  });
}
