import { resolve } from 'node:path';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { runPipeline } from '../execution/run-pipeline.ts';
import { loadPipeline, loadRemote } from '../parsing/load-pipeline.ts';
import { PipelineError } from '../pipeline-error.ts';
import { chooseRemote, openRemote } from '../remote/open-remote.ts';
import type { RemoteStore } from '../remote/remote-store.ts';
import { pullArtifact, pushArtifact } from '../remote/share-artifact.ts';
import type { Artifact } from '../store/artifact.ts';
import { readIntactArtifact } from '../store/artifact.ts';
import type { LockedStage, PipelineLock } from '../store/lock-file.ts';
import { lockFileOf, readLockFile } from '../store/lock-file.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
import type { StoreUse } from '../store/store-use.ts';
import { openStoreUse } from '../store/store-use.ts';
import { ensureView } from '../store/view.ts';

/** What was copied. */
export interface SharedPipeline {
  readonly place: string;
  /** The stages whose outputs are in both places now. */
  readonly stages: readonly string[];
  /** Stages that have no outputs to be copied. */
  readonly missing: readonly string[];
  /** Stage → output → where it can be opened; only what was pulled by the lock file. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What a command works with. */
interface Sharing {
  readonly remote: RemoteStore;
  readonly state: StateFolder;
  readonly use: StoreUse;
}

/**
 * Copies the outputs of a pipeline's stages from the store to a remote store (`push`) or back
 * (`pull`). Pulled is what the lock file names, whatever code and parameters are now. Without a lock
 * file, or with overrides, it is what the stages would make now, and goes on for as long as the
 * outputs of a stage are found, because they decide what the next one is made from.
 *
 * @throws {PipelineError} if the pipeline is wrong, or there is no remote store.
 */
export async function sharePipeline(
  direction: 'push' | 'pull',
  options: Omit<RunPipelineOptions, 'dryRun'>,
): Promise<SharedPipeline> {
  const { onEvent, overrides = [], ...rest } = options;
  const workspace = resolve(options.workspace);
  const place = chooseRemote(loadRemote({ ...options, workspace }), options);
  if (place === undefined) {
    const message = `The pipeline ${options.file} names no remote store. Pass --remote <folder or s3:// place>, or write "remote:" into ${options.file}.`;
    throw new PipelineError('invalid-remote', message, { where: options.file });
  }
  const isLocked = direction === 'pull' && overrides.length === 0;
  const lock = isLocked ? readLockFile(lockFileOf(resolve(workspace, options.file))) : undefined;
  const onWarning = (line: string): void => onEvent?.({ type: 'warning', line });
  const remote = await openRemote(place, { workspace, environment: process.env, onWarning });
  const state = stateFolder(workspace);
  const use = await openStoreUse(state);
  try {
    const sharing = { remote, state, use };
    if (lock !== undefined) return await pullLocked(lock, sharing);
    return await sharePresent(direction, { ...rest, overrides, workspace }, sharing);
  } finally {
    use.close();
  }
}

async function sharePresent(
  direction: 'push' | 'pull',
  options: Omit<RunPipelineOptions, 'dryRun' | 'onEvent'>,
  { remote, state, use }: Sharing,
): Promise<SharedPipeline> {
  const done = new Set<string>();
  for (let hasNews = true; hasNews;) {
    hasNews = false;
    const { stages } = await runPipeline({ ...options, dryRun: true });
    for (const { name, fingerprint } of stages) {
      if (fingerprint === null || done.has(name)) continue;
      const isShared = await use.hold(async () => {
        if (direction === 'pull') {
          return (await pullOne(fingerprint, { remote, state, use })) !== undefined;
        }
        use.rely(fingerprint);
        const own = await readIntactArtifact(state, fingerprint, { isRepairing: false });
        if (own !== undefined) await pushArtifact(remote, state, own);
        return own !== undefined;
      });
      if (isShared) done.add(name);
      hasNews ||= isShared && direction === 'pull';
    }
  }
  const { stages } = await loadPipeline(options);
  const names = stages.filter(({ leftOut }) => leftOut === undefined).map(({ name }) => name);
  const missing = names.filter((name) => !done.has(name));
  return { place: remote.place, stages: [...done], missing, outputs: {} };
}

async function pullLocked(lock: PipelineLock, sharing: Sharing): Promise<SharedPipeline> {
  const { remote, state, use } = sharing;
  const missing: string[] = [];
  const outputs: Record<string, Record<string, string>> = {};
  for (const [stage, locked] of Object.entries(lock.stages)) {
    await use.hold(async () => {
      const artifact = await pullOne(locked.fingerprint, sharing);
      if (artifact === undefined) return void missing.push(stage);
      checkLocked(stage, locked, artifact);
      outputs[stage] = Object.fromEntries(
        Object.entries(artifact.outputs).map(([name, output]) => [name, ensureView(state, output)]),
      );
    });
  }
  return { place: remote.place, stages: Object.keys(outputs), missing, outputs };
}

/** What is in the store already, or is fetched now. */
async function pullOne(
  fingerprint: string,
  { remote, state, use }: Sharing,
): Promise<Artifact | undefined> {
  const { staging } = use;
  use.rely(fingerprint);
  const own = await readIntactArtifact(state, fingerprint, { isRepairing: true });
  return own ?? (await pullArtifact(remote, fingerprint, { state, staging }));
}

/** Two machines may come to other outputs from the same; what the commit names is meant. */
function checkLocked(stage: string, locked: LockedStage, { outputs }: Artifact): void {
  for (const [name, { digest }] of Object.entries(locked.outputs)) {
    if (outputs[name]?.digest === digest) continue;
    const message = `Stage "${stage}": output "${name}" is not the one of the lock file (expected ${digest.slice(0, 12)}, got ${outputs[name]?.digest.slice(0, 12) ?? 'none'}). It was made again since; the lock file of a later commit may name it.`;
    throw new PipelineError('invalid-lock', message, { where: stage });
  }
}
