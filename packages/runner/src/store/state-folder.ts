import { dirname, join, relative, sep } from 'node:path';
import type { VerifiedFiles } from './verified-files.ts';
import { openVerifiedFiles } from './verified-files.ts';

/** Where the runner keeps what it knows, all below the workspace. */
export interface StateFolder {
  readonly workspace: string;
  /** File contents by sha256. A folder is an object that lists its files. Read only. */
  readonly objects: string;
  /** What a stage produced, by fingerprint. */
  readonly artifacts: string;
  /** Outputs as ordinary files and folders, linked to the objects, by digest. */
  readonly views: string;
  /** Working folders of resumable stages. */
  readonly work: string;
  /** What each stage's last fingerprint was made of, to say why the next one differs. */
  readonly records: string;
  readonly locks: string;
  /** The lock of those who remove things from the store. */
  readonly cleaningLock: string;
  /** Private folders of the runs that are going on. */
  readonly staging: string;
  /** Digests of files by their size, times and inode. */
  readonly digestCache: string;
  /** What was compared with its digest since the machine started. */
  readonly verified: VerifiedFiles;
  /** What a person opens. */
  readonly runs: string;
}

/** The runner's folders in a workspace. Nothing is created. */
export function stateFolder(workspace: string): StateFolder {
  const state = join(workspace, '.limber');
  return {
    workspace,
    objects: join(state, 'store', 'objects'),
    artifacts: join(state, 'store', 'artifacts'),
    views: join(state, 'store', 'views'),
    work: join(state, 'work'),
    records: join(state, 'records'),
    locks: join(state, 'locks'),
    cleaningLock: join(state, 'locks', 'cleaning'),
    staging: join(state, 'staging'),
    digestCache: join(state, 'cache', 'digests.txt'),
    verified: openVerifiedFiles(join(state, 'cache', 'verified.txt')),
    runs: join(workspace, 'runs'),
  };
}

/** Whether a path lies where the runner or Git keep their files in a workspace. */
export function isStateFile(path: string, workspace: string): boolean {
  return ['.git', '.limber', 'runs'].includes(relative(workspace, path).split(sep)[0]!);
}

/**
 * The folders of a workspace that change with every run, and decide nothing of what it finds: who is running,
 * and what is remembered to be fast.
 */
export function passingFolders(workspace: string): string[] {
  const { locks, staging, digestCache } = stateFolder(workspace);
  return [locks, staging, dirname(digestCache)];
}
