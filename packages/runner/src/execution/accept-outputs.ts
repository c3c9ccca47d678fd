import { explainChanges } from '../fingerprints/changes.ts';
import type { Part } from '../fingerprints/parts.ts';
import type { Artifact } from '../store/artifact.ts';
import { readIntactArtifact, writeArtifact } from '../store/artifact.ts';
import type { Attempt } from '../store/stage-record.ts';
import { readEarlier, readRecord } from '../store/stage-record.ts';
import type { Assessment } from './assess-stage.ts';
import type { RunContext } from './run-context.ts';

/** What may have changed since outputs were made that are accepted: how a stage works, or that and what it is given. */
export type Acceptance = 'code' | 'everything';

const codeKinds: readonly Part['kind'][] = ['code', 'package', 'command', 'file', 'node'];

/** The earlier outputs of a stage were not accepted. */
class RefusedOutputs extends Error {
  readonly exitCode = 2;
}

/** Outputs that stand for what is asked for now, and what has changed since they were made. */
interface AcceptedOutputs {
  readonly artifact: Artifact;
  readonly because: readonly string[];
}

/**
 * Files outputs that a stage made earlier under what the stage is now: the last ones, or, if only its
 * code may differ, the latest of which that is true.
 *
 * @throws {Error} with `exitCode` 2 if none can be used; says what is wrong with the last ones.
 */
export async function acceptOutputs(
  stage: string,
  { attempt, because }: Extract<Assessment, { type: 'stale' }>,
  { accept, run }: { readonly accept: Acceptance; readonly run: RunContext },
): Promise<AcceptedOutputs> {
  const { state } = run;
  const key = { pipeline: run.pipeline, stage };
  const { done } = readRecord(state, key);
  const earlier = accept === 'code' ? readEarlier(state, key) : [];
  let refusal: string | undefined;
  for (const made of done === undefined ? earlier : [done, ...earlier]) {
    const last = await readIntactArtifact(state, made.fingerprint, { isRepairing: false });
    const difference = findDifference(made.parts, attempt.parts, { accept, because });
    if (last !== undefined && difference === undefined) {
      const artifact = { ...last, fingerprint: attempt.fingerprint };
      await writeArtifact(state, artifact);
      return { artifact, because: made === done ? because : explain(made, attempt) };
    }
    refusal ??= last === undefined ? notIntact : difference;
  }
  throw new RefusedOutputs(`Stage "${stage}" ${refusal ?? notIntact}`);
}

const notIntact = 'has no intact outputs in the store. Run the pipeline.';

/** Why outputs cannot stand for what is asked for now; undefined if they can. */
function findDifference(
  made: readonly Part[],
  now: readonly Part[],
  { accept, because }: { readonly accept: Acceptance; readonly because: readonly string[] },
): string | undefined {
  const kinds = changedKinds(made, now);
  if (kinds.includes('output')) return 'names other outputs than it wrote. Run the pipeline.';
  if (accept === 'everything' || kinds.every((kind) => codeKinds.includes(kind))) return undefined;
  const hint = 'Run the pipeline, or accept its outputs all the same with --force';
  return `was given something else (${because.join('; ')}). ${hint}.`;
}

function explain(made: Attempt, now: Attempt): string[] {
  const nothing = { inputCause: () => undefined, readListing: () => undefined };
  return explainChanges(made.parts, now.parts, nothing);
}

function changedKinds(before: readonly Part[], after: readonly Part[]): Part['kind'][] {
  const [old, current] = [before, after].map(
    (parts) => new Map(parts.map((part) => [`${part.kind} ${part.name} ${part.value}`, part.kind])),
  );
  const isSame = (key: string): boolean => old!.has(key) && current!.has(key);
  return [...old!, ...current!].flatMap(([key, kind]) => (isSame(key) ? [] : [kind]));
}
