import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import type { ZodType } from 'zod';
import { z } from 'zod';
import { listFolder } from './read-if-there.ts';
import { readManifest } from './read-manifest.ts';
import type { StageKey } from './stage-record.ts';
import type { StateFolder } from './state-folder.ts';

const ownerSchema: ZodType<StageKey> = z.strictObject({ pipeline: z.string(), stage: z.string() });

/**
 * The working folder of a resumable stage, as its earlier attempts left it.
 *
 * @param options.owner - the stage that it is made for.
 * @param options.isFresh - throws away what is there.
 */
export function openWorkFolder(
  state: StateFolder,
  workKey: string,
  options: { readonly owner: StageKey; readonly isFresh: boolean },
): { readonly path: string; readonly isResumed: boolean } {
  const folder = join(state.work, workKey);
  const path = join(folder, 'files');
  if (options.isFresh) rmSync(folder, { recursive: true, force: true });
  const isResumed = existsSync(path) && readdirSync(path).length > 0;
  mkdirSync(path, { recursive: true });
  if (readManifest(join(folder, 'owner.json'), ownerSchema) === undefined) {
    writeFileAtomicSync(join(folder, 'owner.json'), `${JSON.stringify(options.owner)}\n`);
  }
  return { path, isResumed };
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
