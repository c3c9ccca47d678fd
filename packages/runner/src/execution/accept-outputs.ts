import type { Part } from '../fingerprints/parts.ts';
import type { Artifact } from '../store/artifact.ts';
import { writeArtifact } from '../store/artifact.ts';
import { readRecord } from '../store/stage-record.ts';
import type { Assessment } from './assess-stage.ts';
import type { RunContext } from './run-context.ts';

/** What may have changed since outputs were made that are accepted: how a stage works, or that and what it is given. */
export type Acceptance = 'code' | 'everything';

const codeKinds: readonly Part['kind'][] = ['code', 'package', 'command', 'file', 'node'];

/** The last outputs of a stage were not accepted. */
class RefusedOutputs extends Error {
  readonly exitCode = 2;
}

/**
 * Files the last outputs of a stage under what the stage is now.
 *
 * @throws {Error} with `exitCode` 2 if they cannot be used, or more has changed than is accepted.
 */
export async function acceptOutputs(
  stage: string,
  { attempt, because }: Extract<Assessment, { type: 'stale' }>,
  given: {
    readonly accept: Acceptance;
    readonly last: Artifact | undefined;
    readonly run: RunContext;
  },
): Promise<Artifact> {
  const { accept, last, run } = given;
  const before = readRecord(run.state, { pipeline: run.pipeline, stage }).done?.parts ?? [];
  const kinds = changedKinds(before, attempt.parts);
  const refuse = (why: string): Error => new RefusedOutputs(`Stage "${stage}" ${why}.`);
  if (last === undefined) throw refuse('has no intact outputs in the store. Run the pipeline');
  if (kinds.includes('output')) throw refuse('names other outputs than it wrote. Run the pipeline');
  if (accept === 'code' && !kinds.every((kind) => codeKinds.includes(kind))) {
    const hint = 'Run the pipeline, or accept its outputs all the same with --force';
    throw refuse(`was given something else (${because.join('; ')}). ${hint}`);
  }
  const artifact = { ...last, fingerprint: attempt.fingerprint };
  await writeArtifact(run.state, artifact);
  return artifact;
}

function changedKinds(before: readonly Part[], after: readonly Part[]): Part['kind'][] {
  const [old, current] = [before, after].map(
    (parts) => new Map(parts.map((part) => [`${part.kind} ${part.name} ${part.value}`, part.kind])),
  );
  const isSame = (key: string): boolean => old!.has(key) && current!.has(key);
  return [...old!, ...current!].flatMap(([key, kind]) => (isSame(key) ? [] : [kind]));
}
