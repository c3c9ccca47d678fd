import { explainChanges } from '../fingerprints/changes.ts';
import { readInputContent } from '../fingerprints/digest-input.ts';
import type { DigestCache } from '../fingerprints/digest-cache.ts';
import { fingerprintOf, workKeyOf, type Part } from '../fingerprints/parts.ts';
import { readStageParts } from '../fingerprints/stage-parts.ts';
import type { ResolvedInput, ResolvedStage } from '../parsing/resolved-pipeline.ts';
import { findLostOutputs, readArtifact, type Artifact } from '../store/artifact.ts';
import { readTree } from '../store/objects.ts';
import { readRecord, type Attempt, type StageRecord } from '../store/stage-record.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { encodeTree, selectFromTree, sha256Of, type TreeEntry } from '../store/tree.ts';

/** Whether a stage has to run, and everything that makes it so. */
export type Assessment =
  | { readonly type: 'cached'; readonly attempt: AssessedAttempt; readonly artifact: Artifact }
  | {
      readonly type: 'stale';
      readonly attempt: AssessedAttempt;
      readonly because: readonly string[];
    }
  /** It will run, but what it will read does not exist yet. */
  | { readonly type: 'pending'; readonly because: readonly string[] };

/** An attempt and the listings of the folders it reads, by digest. */
export interface AssessedAttempt extends Attempt {
  readonly listings: ReadonlyMap<string, readonly TreeEntry[]>;
}

/** What a stage that another one reads has come to. */
export type Upstream =
  | { readonly type: 'settled'; readonly artifact: Artifact; readonly hasRun: boolean }
  | { readonly type: 'will-run' };

/** What an assessment looks at besides the stage. */
export interface AssessmentContext {
  readonly pipeline: string;
  readonly state: StateFolder;
  readonly cache: DigestCache;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly upstream: (stage: string) => Upstream;
  readonly isForced: boolean;
  /** Whether damaged objects are removed from the store, or only reported. */
  readonly isRepairing: boolean;
}

/**
 * Compares a stage with the store: code, parameters, inputs and environment give its fingerprint,
 * and an intact artifact of that fingerprint makes running needless.
 *
 * @throws {Error} if an input cannot be read; with `exitCode` 2 if it is the user's own.
 */
export async function assessStage(
  stage: ResolvedStage,
  context: AssessmentContext,
): Promise<Assessment> {
  const { state, pipeline, isForced, isRepairing } = context;
  const read = await readParts(stage, context);
  const { parts, listings, waitsFor } = read;
  const record = readRecord(state, pipeline, stage.name);
  const because = isForced ? ['forced'] : [];
  because.push(...explainRecord(record, read, stage, context));
  if (waitsFor.length > 0) return { type: 'pending', because };
  const fingerprint = fingerprintOf(parts);
  const attempt = { fingerprint, workKey: workKeyOf(parts), parts, listings };
  if (isForced) return { type: 'stale', attempt, because };
  const artifact = readArtifact(state, fingerprint);
  const lost =
    artifact === undefined ? [] : await findLostOutputs(state, artifact, { isRepairing });
  if (artifact !== undefined && lost.length === 0) return { type: 'cached', attempt, artifact };
  const reasons = lost.map(({ output, problem }) =>
    problem === 'missing'
      ? `output ${output} is missing from the store`
      : `output ${output} is damaged in the store`,
  );
  const isForgotten = record.done?.fingerprint === fingerprint && lost.length === 0;
  if (isForgotten) reasons.push('outputs are missing from the store');
  return { type: 'stale', attempt, because: [...because, ...reasons] };
}

interface ReadParts {
  readonly parts: Part[];
  readonly listings: Map<string, readonly TreeEntry[]>;
  /** Inputs that do not exist yet, and the stages that will make them. */
  readonly waitsFor: { readonly name: string; readonly stage: string }[];
}

async function readParts(stage: ResolvedStage, context: AssessmentContext): Promise<ReadParts> {
  const { state, cache, environment, upstream } = context;
  const parts = await readStageParts(stage, state.workspace, environment, cache);
  const read: ReadParts = { parts, listings: new Map(), waitsFor: [] };
  for (const input of stage.inputs) {
    const { name } = input;
    if (input.type === 'files') {
      const value = await digestGiven(stage.name, input, read.listings, cache);
      parts.push({ kind: 'input', name, value, label: input.labels.join(', ') });
      continue;
    }
    const source = upstream(input.stage);
    if (source.type === 'will-run') read.waitsFor.push({ name, stage: input.stage });
    else {
      const value = digestOutput(stage.name, input, source.artifact, state);
      parts.push({ kind: 'input', name, value });
    }
  }
  return read;
}

/** An input that the user gave cannot be read. */
class UnreadableInput extends Error {
  readonly exitCode = 2;
}

async function digestGiven(
  stage: string,
  input: Extract<ResolvedInput, { type: 'files' }>,
  listings: Map<string, readonly TreeEntry[]>,
  cache: DigestCache,
): Promise<string> {
  try {
    return await digestFiles(input, listings, cache);
  } catch (error) {
    const why = (error as Error).message;
    throw new UnreadableInput(`Stage "${stage}" cannot read its input "${input.name}": ${why}`);
  }
}

/** The content of an input as the fingerprint sees it, for a look before and after a stage ran. */
export async function digestFiles(
  input: Extract<ResolvedInput, { type: 'files' }>,
  listings: Map<string, readonly TreeEntry[]>,
  cache: DigestCache,
): Promise<string> {
  const content = await readInputContent(input.paths, input.labels, input.isList, cache);
  if (content.type === 'file') return `file:${content.sha256}`;
  const digest = sha256Of(encodeTree(content.entries));
  listings.set(digest, content.entries);
  return `folder:${digest}`;
}

function digestOutput(
  reader: string,
  input: Extract<ResolvedInput, { type: 'output' }>,
  artifact: Artifact,
  state: StateFolder,
): string {
  const stored = artifact.outputs[input.output]!;
  if (input.subpath === '') return `${stored.kind}:${stored.digest}`;
  const entries = stored.kind === 'folder' ? readTree(state, stored.digest) : undefined;
  const part = entries && selectFromTree(entries, input.subpath);
  if (part?.type === 'file') return `file:${part.sha256}`;
  if (part?.type === 'folder') return `folder:${sha256Of(encodeTree(part.entries))}`;
  const read = `${input.stage}/${input.output}/${input.subpath}`;
  throw new Error(
    `Stage "${reader}" reads "${read}", but stage "${input.stage}" did not write it.`,
  );
}

function explainRecord(
  { done, unfinished }: StageRecord,
  { parts, listings, waitsFor }: ReadParts,
  stage: ResolvedStage,
  context: AssessmentContext,
): string[] {
  const waits = waitsFor.map(
    ({ name, stage }) => `input ${name}: needs "${stage}", which will run`,
  );
  const last = unfinished === undefined ? [] : [`${unfinished.outcome} last time`];
  if (done === undefined) return [...(unfinished === undefined ? ['never ran'] : last), ...waits];
  const isWaiting = (part: Part): boolean =>
    part.kind === 'input' && waitsFor.some(({ name }) => name === part.name);
  const known = done.parts.filter((part) => !isWaiting(part));
  const changes = explainChanges(known, parts, {
    inputCause: (name) => causeOf(name, stage, context),
    readListing: (digest) => listings.get(digest) ?? readTree(context.state, digest),
  });
  return [...changes, ...waits, ...last];
}

function causeOf(
  name: string,
  stage: ResolvedStage,
  { upstream }: AssessmentContext,
): string | undefined {
  const input = stage.inputs.find((input) => input.name === name);
  if (input?.type !== 'output') return undefined;
  const source = upstream(input.stage);
  const hasRun = source.type === 'settled' && source.hasRun;
  return hasRun
    ? `changed because stage "${input.stage}" ran`
    : `stage "${input.stage}" gives another output`;
}
