import { resolve } from 'node:path';
import { suggestName } from '@limber/files';
import type { Assessment } from '../execution/assess-stage.ts';
import { assessStage } from '../execution/assess-stage.ts';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { isNamed } from '../execution/select-stages.ts';
import { findLast } from '../execution/settle-stage.ts';
import type { Upstream } from '../execution/stored-part.ts';
import { openDigestCache } from '../fingerprints/digest-cache.ts';
import type { Part } from '../fingerprints/parts.ts';
import { loadPipeline } from '../parsing/load-pipeline.ts';
import { PipelineError } from '../pipeline-error.ts';
import type { Artifact } from '../store/artifact.ts';
import { writeArtifact } from '../store/artifact.ts';
import type { Attempt } from '../store/stage-record.ts';
import { readRecord, writeRecord } from '../store/stage-record.ts';
import { stateFolder } from '../store/state-folder.ts';
import { openStoreUse } from '../store/store-use.ts';

/** A stage whose outputs count as up to date now. */
export interface CommittedStage {
  readonly name: string;
  /** What has changed since they were made. */
  readonly accepted: readonly string[];
}

/** Which pipeline, and which of its stages. */
export interface CommitOptions extends Pick<
  RunPipelineOptions,
  'file' | 'stages' | 'overrides' | 'workspace'
> {
  /** All that are not up to date by default. */
  readonly only?: readonly string[];
  /** Accepts also other params, inputs and variables. */
  readonly isForced?: boolean;
}

/**
 * Files the last outputs of stages under what the stages are now, after a change of code that cannot
 * matter. Nothing is run, and nothing filed if one of the stages has to be refused.
 *
 * @throws {PipelineError} `not-committed` with all refusals, `unknown-stage`.
 */
export async function commitPipeline(options: CommitOptions): Promise<CommittedStage[]> {
  const { only = [], isForced = false } = options;
  const workspace = resolve(options.workspace);
  const { name: pipeline, stages } = await loadPipeline({ ...options, workspace });
  const state = stateFolder(workspace);
  const unknown = only.find((name) => !stages.some((stage) => isNamed(stage, [name])));
  if (unknown !== undefined) {
    const names = stages.map(({ name }) => name);
    const message = `There is no stage "${unknown}".${suggestName(unknown, names)}`;
    throw new PipelineError('unknown-stage', message, { where: unknown });
  }
  const cache = openDigestCache(state.digestCache);
  const settled = new Map<string, Upstream>();
  const upstream = (name: string): Upstream => settled.get(name) ?? { type: 'will-run' };
  const reading = { pipeline, state, cache, environment: process.env, upstream };
  const refusals: string[] = [];
  const filed: (Attempt & { readonly artifact: Artifact; readonly stage: CommittedStage })[] = [];
  const use = await openStoreUse(state);
  try {
    return await use.hold(async () => {
      for (const stage of stages) {
        if (stage.leftOut !== undefined) continue;
        const { name } = stage;
        const last = await findLast(stage, { state, pipeline, use });
        const found = await assessStage(stage, { ...reading, isForced: false, isRepairing: false });
        let artifact = found.type === 'cached' ? found.artifact : last;
        const isMeant = found.type !== 'cached' && (only.length === 0 || isNamed(stage, only));
        if (isMeant) {
          const before = readRecord(state, { pipeline, stage: name }).done?.parts ?? [];
          const refusal = refuse({ last, before, found, isForced });
          if (refusal !== undefined) refusals.push(`Stage "${name}" ${refusal}.`);
          else if (found.type === 'stale') {
            artifact = { ...last!, fingerprint: found.attempt.fingerprint };
            filed.push({ ...found.attempt, artifact, stage: { name, accepted: found.because } });
          }
        }
        if (artifact !== undefined) settled.set(name, { type: 'settled', artifact, hasRun: false });
      }
      if (refusals.length > 0) {
        throw new PipelineError('not-committed', refusals.join('\n'), { where: options.file });
      }
      for (const { artifact, stage, fingerprint, workKey, parts } of filed) {
        use.rely(fingerprint);
        writeArtifact(state, artifact);
        const done = { fingerprint, workKey, parts };
        writeRecord(state, { pipeline, stage: stage.name }, { done });
      }
      return filed.map(({ stage }) => stage);
    });
  } finally {
    use.close();
  }
}

/** What may be accepted without force: how a stage works, not what it is given. */
const acceptable: readonly Part['kind'][] = ['code', 'package', 'command', 'node'];

/** Why a stage's last outputs are not to be accepted, if so. */
function refuse(stage: {
  readonly last: Artifact | undefined;
  readonly before: readonly Part[];
  readonly found: Exclude<Assessment, { type: 'cached' }>;
  readonly isForced: boolean;
}): string | undefined {
  const { last, before, found, isForced } = stage;
  if (last === undefined) return 'has no intact outputs in the store. Run the pipeline';
  if (found.type === 'pending') return 'reads outputs that do not exist. Run the pipeline';
  const keysOf = (parts: readonly Part[]): Map<string, Part['kind']> =>
    new Map(parts.map(({ kind, name, value }) => [JSON.stringify([kind, name, value]), kind]));
  const [old, current] = [keysOf(before), keysOf(found.attempt.parts)];
  const changed = [...old, ...current].filter(([key]) => !(old.has(key) && current.has(key)));
  const kinds = changed.map(([, kind]) => kind);
  if (kinds.includes('output')) return 'names other outputs than it wrote. Run the pipeline';
  if (isForced || kinds.every((kind) => acceptable.includes(kind))) return undefined;
  return `was given something else (${found.because.join('; ')}). Run the pipeline, or accept its outputs all the same with --force`;
}
