import { explainChanges } from '../fingerprints/changes.ts';
import type { Part } from '../fingerprints/parts.ts';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { Artifact, LostOutput } from '../store/artifact.ts';
import { findLostOutputs, readArtifact, removeArtifact } from '../store/artifact.ts';
import { attemptOf, extendedAttemptOf, planAttempt } from '../store/lineage.ts';
import { readTree } from '../store/objects.ts';
import type { Attempt } from '../store/stage-record.ts';
import { readRecord } from '../store/stage-record.ts';
import type { TreeEntry } from '../store/tree.ts';
import type { PartsContext, ReadParts } from './read-parts.ts';
import { readParts, sourcesOf } from './read-parts.ts';

/** Whether a stage has to run, and everything that makes it so. */
export type Assessment =
  | { readonly type: 'cached'; readonly attempt: Attempt; readonly artifact: Artifact }
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

/** What an assessment looks at besides the stage. */
export interface AssessmentContext extends PartsContext {
  readonly pipeline: string;
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
  const { parts, waitsFor } = read;
  if (waitsFor.length > 0) {
    return { type: 'pending', because: await explain(stage, read, context) };
  }
  const lost: LostOutput[] = [];
  const problems: string[] = [];
  const onProblem = (problem: string): void => void problems.push(problem);
  for (const attempt of isForced ? [] : [attemptOf(parts), extendedAttemptOf(state, parts)]) {
    if (attempt === undefined) continue;
    const before = problems.length;
    const expected = { outputs: stage.outputs, onProblem };
    const artifact = readArtifact(state, attempt.fingerprint, expected);
    if (isRepairing && problems.length > before) removeArtifact(state, attempt.fingerprint);
    if (artifact === undefined) continue;
    const missing = await findLostOutputs(state, artifact, { isRepairing });
    if (missing.length === 0) return { type: 'cached', attempt, artifact };
    lost.push(...missing);
  }
  const plan = await planStart(parts, context);
  const { fingerprint } = plan.attempt;
  const because = [...(await explain(stage, { ...read, fingerprint }, context)), ...problems];
  for (const { output, problem } of lost) {
    because.push(
      problem === 'missing'
        ? `output ${output} is missing from the store`
        : `output ${output} is damaged in the store`,
    );
  }
  const { done } = readRecord(state, { pipeline, stage: stage.name });
  const isForgotten =
    !isForced && done?.fingerprint === fingerprint && lost.length + problems.length === 0;
  if (isForgotten) because.push('outputs are missing from the store');
  because.push(...plan.because);
  return { type: 'stale', attempt: { ...plan.attempt, listings: await read.list() }, because };
}

/** What the stage would begin with; with nothing, if it is forced. */
export async function planStart(
  parts: readonly Part[],
  context: Pick<AssessmentContext, 'state' | 'cache' | 'isForced'>,
): ReturnType<typeof planAttempt> {
  return context.isForced
    ? { attempt: attemptOf(parts), because: [] }
    : planAttempt(parts, context);
}

async function explain(
  stage: ResolvedStage,
  { parts, waitsFor, list, fingerprint }: ReadParts & { readonly fingerprint?: string },
  context: AssessmentContext,
): Promise<string[]> {
  const { state, pipeline, isForced } = context;
  const because = isForced ? [stage.isCached === false ? 'cache: false' : 'forced'] : [];
  const key = { pipeline, stage: stage.name };
  const { done, unfinished } = readRecord(state, key, (problem) => because.push(problem));
  const waits = waitsFor.map(
    ({ name, stage }) => `input ${name}: needs "${stage}", which will run`,
  );
  const last = unfinished === undefined ? [] : [`${unfinished.outcome} last time`];
  if (done === undefined) {
    return [...because, ...(unfinished === undefined ? ['never ran'] : last), ...waits];
  }
  if (done.fingerprint === fingerprint) return [...because, ...last];
  const isWaiting = (part: Part): boolean =>
    part.kind === 'input' && waitsFor.some(({ name }) => name === part.name);
  const known = done.parts.filter((part) => part.kind !== 'lineage' && !isWaiting(part));
  const listings = await list();
  const changes = explainChanges(known, parts, {
    inputCause: (name) => causeOf(name, stage, context),
    readListing: (digest) => listings.get(digest) ?? readTree(state, digest),
  });
  return [...because, ...changes, ...waits, ...last];
}

function causeOf(
  name: string,
  stage: ResolvedStage,
  { upstream }: AssessmentContext,
): string | undefined {
  const sources = stage.inputs.filter((input) => input.name === name).flatMap(sourcesOf);
  if (sources.length === 0) return undefined;
  const ran = sources.filter((source) => {
    const found = upstream(source);
    return found.type === 'settled' && found.hasRun;
  });
  const names = (ran.length > 0 ? ran : sources).map((source) => `"${source}"`).join(', ');
  const count = ran.length > 0 ? ran.length : sources.length;
  const word = count === 1 ? 'stage' : 'stages';
  if (ran.length > 0) return `changed because ${word} ${names} ran`;
  return `${word} ${names} ${count === 1 ? 'gives' : 'give'} another output`;
}
