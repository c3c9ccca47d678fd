import { rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import type { ZodType } from 'zod';
import { z } from 'zod';
import type { Part, PartKind } from '../fingerprints/parts.ts';
import { listFolder, readText } from './read-if-there.ts';
import type { OnProblem } from './read-manifest.ts';
import { readManifest } from './read-manifest.ts';
import type { StateFolder } from './state-folder.ts';
import { sha256Schema } from './stored-names.ts';

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

const partKinds: Readonly<Record<PartKind, true>> = {
  format: true,
  node: true,
  code: true,
  package: true,
  command: true,
  file: true,
  param: true,
  machine: true,
  lineage: true,
  input: true,
  environment: true,
  output: true,
};

const attemptShape = {
  fingerprint: sha256Schema,
  workKey: sha256Schema,
  parts: z.array(
    z.strictObject({
      kind: z.enum(Object.keys(partKinds) as PartKind[]),
      name: z.string(),
      value: z.string(),
      label: z.string().exactOptional(),
      isExtending: z.literal(true).exactOptional(),
    }),
  ),
};

const attemptSchema: ZodType<Attempt> = z.strictObject(attemptShape);

const recordSchema: ZodType<StageRecord> = z.strictObject({
  done: attemptSchema.exactOptional(),
  unfinished: z
    .strictObject({ ...attemptShape, outcome: z.enum(['failed', 'interrupted']) })
    .exactOptional(),
});

/** Reads what is remembered of a stage; an empty record if nothing is, or if it is damaged. */
export function readRecord(state: StateFolder, key: StageKey, onProblem?: OnProblem): StageRecord {
  const file = recordPath(state, key);
  const where = relative(state.workspace, file);
  return readManifest(file, recordSchema, { where, onProblem }) ?? {};
}

/** Everything that is remembered of stages. */
export function listRecords(
  state: StateFolder,
): { readonly key: StageKey; readonly record: StageRecord }[] {
  return listFolder(state.records).flatMap((pipeline) =>
    listFolder(join(state.records, pipeline))
      .filter((file) => file.endsWith('.json'))
      .map((file) => {
        const key = { pipeline, stage: file.slice(0, -'.json'.length) };
        return { key, record: readRecord(state, key) };
      }),
  );
}

/** Remembers a stage's latest attempt. */
export function writeRecord(state: StateFolder, key: StageKey, record: StageRecord): void {
  writeFileAtomicSync(recordPath(state, key), textOf(record));
}

/** Whether this is what is remembered of a stage, to the byte; cheaper than to read it. */
export function isRecorded(state: StateFolder, key: StageKey, record: StageRecord): boolean {
  return readText(recordPath(state, key)) === textOf(record);
}

function textOf(record: StageRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** So many results of a stage before the last one are remembered. */
const keptEarlier = 20;

/** Remembers what a stage came to before its last result. */
export function keepEarlier(state: StateFolder, key: StageKey, attempt: Attempt): void {
  const folder = earlierFolder(state, key);
  const { fingerprint, workKey, parts } = attempt;
  const text = `${JSON.stringify({ fingerprint, workKey, parts })}\n`;
  writeFileAtomicSync(join(folder, `${fingerprint}.json`), text);
  for (const path of listEarlier(folder).slice(keptEarlier)) rmSync(path, { force: true });
}

/** What a stage came to before its last result, the latest first. */
export function readEarlier(state: StateFolder, key: StageKey): Attempt[] {
  return listEarlier(earlierFolder(state, key)).flatMap(
    (path) => readManifest(path, attemptSchema) ?? [],
  );
}

/** The latest first. */
function listEarlier(folder: string): string[] {
  const timeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const paths = listFolder(folder).map((name) => join(folder, name));
  return paths.sort((one, other) => timeOf(other) - timeOf(one));
}

/** Forgets all stages of a pipeline. */
export function dropRecords(state: StateFolder, pipeline: string): void {
  rmSync(join(state.records, pipeline), { recursive: true, force: true });
}

function earlierFolder(state: StateFolder, { pipeline, stage }: StageKey): string {
  return join(state.records, pipeline, `${stage}.earlier`);
}

function recordPath(state: StateFolder, { pipeline, stage }: StageKey): string {
  return join(state.records, pipeline, `${stage}.json`);
}
