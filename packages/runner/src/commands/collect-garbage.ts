import type { Stats } from 'node:fs';
import { lstatSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Waiting } from '@limber/files';
import { listKeptWork } from '../execution/lock-worker.ts';
import { artifactPath, listArtifactObjects, readArtifact } from '../store/artifact.ts';
import type { Lock } from '../store/lock.ts';
import { objectPath } from '../store/objects.ts';
import { listFolder } from '../store/read-if-there.ts';
import { readRunSummary } from '../store/run-folder.ts';
import { listRecords } from '../store/stage-record.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
import { listLiveRuns, readKeysInUse, withCleaningLock } from '../store/store-use.ts';
import { viewPath } from '../store/view.ts';
import { detachedFolder, readUse } from '../store/work-folder.ts';

/** What was removed. */
export interface CollectedGarbage {
  readonly artifacts: number;
  readonly objects: number;
  readonly workFolders: number;
  /** Of the removed objects. */
  readonly freedBytes: number;
}

/** What is removed besides that which nothing refers to. */
export interface GarbageOptions {
  readonly workspace: string;
  /** Removes what was not used for this long, whoever refers to it. */
  readonly olderThanMs?: number;
  /** Removes what was not used for longest, until the rest is no larger. */
  readonly maxBytes?: number;
  /** Fingerprints that are kept as well, like those of a lock file. */
  readonly keep?: readonly string[];
  /** Called once with a process that has been waited for for 2 s. */
  readonly onWait?: (waiting: Waiting) => void;
}

/**
 * Removes from the store what nothing refers to any more. Kept is what the last result or the
 * unfinished attempt of any stage refers to, what a run going on works on, and what the folders in `runs/` show: remove a run's
 * folder first to give its outputs free.
 *
 * Pipelines may run meanwhile: what they use is kept, and where they would touch the store they wait.
 */
export function collectGarbage(options: GarbageOptions): Promise<CollectedGarbage> {
  const state = stateFolder(resolve(options.workspace));
  const user = { work: 'limber pipeline gc', onWait: options.onWait };
  return withCleaningLock(state, user, async (lock) => {
    const workKeys = await listKeptWork(state);
    return sweepStore(state, options, { lock, workKeys });
  });
}

function sweepStore(
  state: StateFolder,
  options: GarbageOptions,
  { lock, workKeys: keptWork }: { readonly lock: Lock; readonly workKeys: readonly string[] },
): CollectedGarbage {
  const remove = (path: string): void => {
    // After a long stop of this process, runs may have gone on, and use what nobody used before.
    lock.confirm();
    rmSync(path, { recursive: true, force: true });
  };
  const attempts = listRecords(state).flatMap(({ record }) => [record.done, record.unfinished]);
  const referred = new Set(attempts.flatMap((attempt) => attempt?.fingerprint ?? []));
  for (const key of [...readShownFingerprints(state), ...(options.keep ?? [])]) referred.add(key);
  const inUse = [
    ...readKeysInUse(state),
    ...keptWork,
    ...keptWork.flatMap((key) => readUse(detachedFolder(state, key))),
  ];
  const kept = selectArtifacts(state, { referred, inUse }, options);
  const artifacts = [...kept].flatMap((key) => readArtifact(state, key) ?? []);
  const objects = new Set([
    ...artifacts.flatMap((artifact) => listArtifactObjects(state, artifact, { withoutLost: true })),
    ...inUse,
  ]);
  for (const attempt of attempts) {
    for (const { kind, value } of attempt?.parts ?? []) {
      // Listings, to say which files changed.
      if (kind === 'input' && value.startsWith('folder:'))
        objects.add(value.slice('folder:'.length));
    }
  }
  const views = new Set(
    artifacts.flatMap(({ outputs }) =>
      Object.values(outputs).map((output) => viewPath(state, output)),
    ),
  );
  sweepNested(state.views, (path) => views.has(path), remove);
  const isArtifactKept = (digits: string): boolean => kept.has(digits.replace('.json', ''));
  const dropped = sweep(state.artifacts, isArtifactKept, remove);
  const swept = sweep(state.objects, (digest) => objects.has(digest), remove);
  const workKeys = new Set([...inUse, ...attempts.flatMap((attempt) => attempt?.workKey ?? [])]);
  const work = listFolder(state.work).filter((key) => !workKeys.has(key));
  for (const key of work) remove(join(state.work, key));
  if (listLiveRuns(state).length === 0) removeIdleLocks(state, keptWork);
  return {
    artifacts: dropped.count,
    objects: swept.count,
    workFolders: work.length,
    freedBytes: swept.bytes,
  };
}

/** The fingerprints whose artifacts stay: those used last, and all that a run going on needs. */
function selectArtifacts(
  state: StateFolder,
  {
    referred,
    inUse,
  }: { readonly referred: ReadonlySet<string>; readonly inUse: readonly string[] },
  { olderThanMs = Infinity, maxBytes = Infinity }: GarbageOptions,
): Set<string> {
  const kept = new Set(inUse);
  const sized = new Set<string>();
  const grow = (fingerprint: string): number => {
    const artifact = readArtifact(state, fingerprint);
    if (artifact === undefined) return 0;
    const added = listArtifactObjects(state, artifact, { withoutLost: true }).filter(
      (digest) => !sized.has(digest),
    );
    for (const digest of added) sized.add(digest);
    return [...new Set(added)].reduce(
      (sum, digest) => sum + (statOf(objectPath(state, digest))?.size ?? 0),
      0,
    );
  };
  let bytes = [...kept].reduce((sum, fingerprint) => sum + grow(fingerprint), 0);
  const byUse = [...referred]
    .filter((fingerprint) => !kept.has(fingerprint))
    .map((fingerprint) => ({
      fingerprint,
      usedAt: statOf(artifactPath(state, fingerprint))?.mtimeMs ?? 0,
    }))
    .sort((a, b) => b.usedAt - a.usedAt);
  for (const { fingerprint, usedAt } of byUse) {
    bytes += grow(fingerprint);
    if (Date.now() - usedAt > olderThanMs || bytes > maxBytes) break;
    kept.add(fingerprint);
  }
  return kept;
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** No run holds a lock now, and those that start wait until this is over. */
function removeIdleLocks(state: StateFolder, keptWork: readonly string[]): void {
  for (const name of listFolder(state.locks)) {
    if (keptWork.includes(name)) continue;
    const lock = join(state.locks, name);
    if (lock !== state.cleaningLock) rmSync(lock, { recursive: true, force: true });
  }
}

function readShownFingerprints(state: StateFolder): string[] {
  return listFolder(state.runs).flatMap((pipeline) =>
    listFolder(join(state.runs, pipeline))
      .filter((run) => run !== 'latest')
      .flatMap((run) => readRunSummary(join(state.runs, pipeline, run))?.stages ?? [])
      .flatMap(({ fingerprint }) => fingerprint ?? []),
  );
}

/** Removes the files of a two-level folder whose names, put together, are not to be kept. */
function sweep(
  root: string,
  isKept: (digest: string) => boolean,
  remove: (path: string) => void,
): { readonly count: number; readonly bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const prefix of listOwnFolders(root)) {
    for (const name of listFolder(join(root, prefix))) {
      if (isKept(prefix + name)) continue;
      const path = join(root, prefix, name);
      const { nlink, size } = lstatSync(path);
      if (nlink === 1) bytes += size;
      count++;
      remove(path);
    }
  }
  return { count, bytes };
}

/** The folders in a folder. A symbolic link, or a file, that somebody put there is removed. */
function listOwnFolders(folder: string): string[] {
  return listFolder(folder).filter((name) => {
    const isFolder = lstatSync(join(folder, name)).isDirectory();
    if (!isFolder) rmSync(join(folder, name));
    return isFolder;
  });
}

function sweepNested(
  root: string,
  isKept: (path: string) => boolean,
  remove: (path: string) => void,
): void {
  for (const prefix of listOwnFolders(root)) {
    for (const digest of listOwnFolders(join(root, prefix))) {
      const folder = join(root, prefix, digest);
      const names = listFolder(folder);
      const unused = names.filter((name) => !isKept(join(folder, name)));
      for (const name of unused) remove(join(folder, name));
      if (unused.length === names.length) remove(folder);
    }
  }
}
