import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Part } from '../fingerprints/parts.ts';
import type { StateFolder } from './state-folder.ts';
import { readJson, writeAtomically } from './write-atomically.ts';

/** What the runner remembers of a stage between runs, to say why it runs again. */
export interface StageRecord {
  /** The last time the stage had a result, by running or from the store. */
  readonly done?: Attempt;
  /** The attempt that has not come to a result since. */
  readonly unfinished?: Attempt & { readonly outcome: 'failed' | 'interrupted' };
}

/** One try to get a stage's outputs. */
export interface Attempt {
  readonly fingerprint: string;
  readonly workKey: string;
  readonly parts: readonly Part[];
}

/** Reads what is remembered of a stage; an empty record if nothing is. */
export function readRecord(state: StateFolder, pipeline: string, stage: string): StageRecord {
  return (readJson(recordPath(state, pipeline, stage)) as StageRecord | undefined) ?? {};
}

/** Remembers a stage's latest attempt. */
export function writeRecord(
  state: StateFolder,
  pipeline: string,
  stage: string,
  record: StageRecord,
): void {
  writeAtomically(recordPath(state, pipeline, stage), `${JSON.stringify(record)}\n`);
}

/** Forgets all stages of a pipeline. */
export function dropRecords(state: StateFolder, pipeline: string): void {
  rmSync(join(state.records, pipeline), { recursive: true, force: true });
}

function recordPath(state: StateFolder, pipeline: string, stage: string): string {
  return join(state.records, pipeline, `${stage}.json`);
}
