import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import type { Part } from '../fingerprints/parts.ts';
import { readJson } from './read-if-there.ts';
import type { StateFolder } from './state-folder.ts';

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

/** Which stage something belongs to, across runs. */
export interface StageKey {
  readonly pipeline: string;
  readonly stage: string;
}

/** Reads what is remembered of a stage; an empty record if nothing is. */
export function readRecord(state: StateFolder, key: StageKey): StageRecord {
  return (readJson(recordPath(state, key)) as StageRecord | undefined) ?? {};
}

/** Remembers a stage's latest attempt. */
export function writeRecord(state: StateFolder, key: StageKey, record: StageRecord): void {
  writeFileAtomicSync(recordPath(state, key), `${JSON.stringify(record)}\n`);
}

/** Forgets all stages of a pipeline. */
export function dropRecords(state: StateFolder, pipeline: string): void {
  rmSync(join(state.records, pipeline), { recursive: true, force: true });
}

function recordPath(state: StateFolder, { pipeline, stage }: StageKey): string {
  return join(state.records, pipeline, `${stage}.json`);
}
