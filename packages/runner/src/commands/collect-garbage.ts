import { lstatSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readArtifact, type Artifact } from '../store/artifact.ts';
import { readTree } from '../store/objects.ts';
import { readRunSummary } from '../store/run-folder.ts';
import { readRecord, type StageRecord } from '../store/stage-record.ts';
import { cleaningLock } from '../store/staging.ts';
import { stateFolder, type StateFolder } from '../store/state-folder.ts';
import { viewPath } from '../store/view.ts';
import { listFolder } from '../store/work-folder.ts';
import { withoutRuns } from './clean-pipeline.ts';

/** What was removed. */
export interface CollectedGarbage {
  readonly artifacts: number;
  readonly objects: number;
  readonly workFolders: number;
  /** Of the removed objects. */
  readonly freedBytes: number;
}

/**
 * Removes from the store what nothing refers to any more. Kept is what the last result or the
 * unfinished attempt of any stage refers to, and what the folders in `runs/` show: remove a run's
 * folder first to give its outputs free.
 *
 * @throws {PipelineError} `store-busy` while a pipeline runs in this workspace.
 */
export function collectGarbage(options: { readonly workspace: string }): Promise<CollectedGarbage> {
  const state = stateFolder(resolve(options.workspace));
  return withoutRuns(state, () => {
    const records = readAllRecords(state);
    const attempts = records.flatMap(({ done, unfinished }) => [done, unfinished]);
    const fingerprints = new Set(attempts.flatMap((attempt) => attempt?.fingerprint ?? []));
    for (const fingerprint of readShownFingerprints(state)) fingerprints.add(fingerprint);
    const workKeys = new Set(attempts.flatMap((attempt) => attempt?.workKey ?? []));
    const artifacts = [...fingerprints].flatMap((key) => readArtifact(state, key) ?? []);
    const objects = new Set(artifacts.flatMap((artifact) => listObjects(state, artifact)));
    for (const attempt of attempts) {
      for (const { kind, value } of attempt?.parts ?? []) {
        if (kind === 'input') objects.add(value.replace(/^\w+:/, ''));
      }
    }
    const views = new Set(
      artifacts.flatMap(({ outputs }) =>
        Object.values(outputs).map((output) => viewPath(state, output)),
      ),
    );
    sweepNested(state.views, (path) => views.has(path));
    const dropped = sweep(state.artifacts, (digits) =>
      fingerprints.has(digits.replace('.json', '')),
    );
    const swept = sweep(state.objects, (digest) => objects.has(digest));
    const work = listFolder(state.work).filter((key) => !workKeys.has(key));
    for (const key of work) rmSync(join(state.work, key), { recursive: true, force: true });
    removeIdleLocks(state);
    return {
      artifacts: dropped.count,
      objects: swept.count,
      workFolders: work.length,
      freedBytes: swept.bytes,
    };
  });
}

/** No run holds a lock now, and those that start wait until this is over. */
function removeIdleLocks(state: StateFolder): void {
  for (const name of listFolder(state.locks)) {
    const lock = join(state.locks, name);
    if (lock !== cleaningLock(state)) rmSync(lock, { recursive: true, force: true });
  }
}

function readAllRecords(state: StateFolder): StageRecord[] {
  return listFolder(state.records).flatMap((pipeline) =>
    listFolder(join(state.records, pipeline))
      .filter((file) => file.endsWith('.json'))
      .map((file) => readRecord(state, pipeline, file.slice(0, -'.json'.length))),
  );
}

function readShownFingerprints(state: StateFolder): string[] {
  return listFolder(state.runs).flatMap((pipeline) =>
    listFolder(join(state.runs, pipeline))
      .filter((run) => run !== 'latest')
      .flatMap((run) => readRunSummary(join(state.runs, pipeline, run))?.stages ?? [])
      .flatMap(({ fingerprint }) => fingerprint ?? []),
  );
}

function listObjects(state: StateFolder, artifact: Artifact): string[] {
  const outputs = Object.values(artifact.outputs).flatMap(({ kind, digest }) => {
    const entries = kind === 'folder' ? (readTree(state, digest) ?? []) : [];
    return [digest, ...entries.flatMap((entry) => (entry.type === 'file' ? entry.sha256 : []))];
  });
  return artifact.log === null ? outputs : [...outputs, artifact.log];
}

/** Removes the files of a two-level folder whose names, put together, are not to be kept. */
function sweep(
  root: string,
  isKept: (digest: string) => boolean,
): { readonly count: number; readonly bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const prefix of listFolder(root)) {
    for (const name of listFolder(join(root, prefix))) {
      if (isKept(prefix + name)) continue;
      const path = join(root, prefix, name);
      const { nlink, size } = lstatSync(path);
      if (nlink === 1) bytes += size;
      count++;
      rmSync(path);
    }
  }
  return { count, bytes };
}

function sweepNested(root: string, isKept: (path: string) => boolean): void {
  for (const prefix of listFolder(root)) {
    for (const digest of listFolder(join(root, prefix))) {
      const folder = join(root, prefix, digest);
      const names = listFolder(folder);
      const unused = names.filter((name) => !isKept(join(folder, name)));
      for (const name of unused) rmSync(join(folder, name), { recursive: true, force: true });
      if (unused.length === names.length) rmSync(folder, { recursive: true, force: true });
    }
  }
}
