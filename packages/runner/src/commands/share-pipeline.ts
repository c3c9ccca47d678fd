import { resolve } from 'node:path';
import type { Waiting } from '@limber/files';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { runPipeline } from '../execution/run-pipeline.ts';
import { loadPipeline, loadRemote } from '../parsing/load-pipeline.ts';
import { PipelineError } from '../pipeline-error.ts';
import { openRemote } from '../remote/open-remote.ts';
import { pullArtifact, pushArtifact } from '../remote/share-artifact.ts';
import type { Artifact, ExpectedArtifact } from '../store/artifact.ts';
import { readIntactArtifact } from '../store/artifact.ts';
import type { StoredOutput } from '../store/objects.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
import { openStoreUse } from '../store/store-use.ts';
import { ensureView } from '../store/view.ts';

/** What was copied. */
export interface SharedPipeline {
  readonly place: string;
  /** The stages whose outputs are in both places now. */
  readonly stages: readonly string[];
  /** Stages that have no outputs to be copied. */
  readonly missing: readonly string[];
  /** Stage → output → what was pulled by its fingerprint, and where it can be opened. */
  readonly pulled: Readonly<Record<string, Readonly<Record<string, PulledOutput>>>>;
}

/** An output that was fetched. */
export interface PulledOutput extends StoredOutput {
  readonly path: string;
}

/** What is shared, and with whom. */
export interface SharePipelineOptions extends Omit<RunPipelineOptions, 'dryRun'> {
  /** Pulls what these stages made once, whatever code, parameters and inputs are now: stage → fingerprint. */
  readonly fingerprints?: Readonly<Record<string, string>> | undefined;
  /** Called once with a process that has been waited for for 2 s. */
  readonly onWait?: (waiting: Waiting) => void;
}

/**
 * Copies the outputs of a pipeline's stages, as they are now, from the store to a remote store
 * (`push`) or back (`pull`). Pulling goes on for as long as the outputs of a stage are found, because
 * they decide what the next one is made from.
 *
 * @throws {PipelineError} if the pipeline is wrong, or there is no remote store.
 */
export async function sharePipeline(
  direction: 'push' | 'pull',
  { onEvent, onWait, fingerprints, ...options }: SharePipelineOptions,
): Promise<SharedPipeline> {
  const { file } = options;
  const workspace = resolve(options.workspace);
  const place = options.remote ?? loadRemote({ ...options, workspace });
  if (place === undefined) {
    const message = `The pipeline ${file} names no remote store. Pass --remote <folder or s3:// place>, or write "remote:" into it.`;
    throw new PipelineError('invalid-remote', message, { where: file });
  }
  const onWarning = (line: string): void => onEvent?.({ type: 'warning', line });
  const remote = await openRemote(place, { workspace, environment: process.env, onWarning });
  const state = stateFolder(workspace);
  const use = await openStoreUse(state, { work: `limber pipeline ${direction} ${file}`, onWait });
  const { staging } = use;
  const isRepairing = direction === 'pull';
  const done = new Set<string>();
  const shareOne = async (
    fingerprint: string,
    outputs?: ExpectedArtifact['outputs'],
  ): Promise<Artifact | undefined> => {
    use.rely(fingerprint);
    const own = await readIntactArtifact(state, fingerprint, { isRepairing, outputs });
    if (direction === 'push' && own !== undefined) await pushArtifact(remote, state, own);
    if (direction === 'push') return own;
    return own ?? (await pullArtifact(remote, fingerprint, { state, staging, outputs }));
  };
  try {
    if (fingerprints !== undefined) {
      const found = await use.hold(async () => {
        const pulled: [string, Record<string, PulledOutput>][] = [];
        for (const [stage, fingerprint] of Object.entries(fingerprints)) {
          const outputs = (await shareOne(fingerprint))?.outputs;
          if (outputs !== undefined) pulled.push([stage, await openOutputs(state, outputs)]);
        }
        return Object.fromEntries(pulled);
      });
      const missing = Object.keys(fingerprints).filter((name) => !Object.hasOwn(found, name));
      return { place: remote.place, stages: Object.keys(found), missing, pulled: found };
    }
    const { stages: declared } = await loadPipeline({ ...options, workspace });
    for (let hasNews = true; hasNews;) {
      hasNews = false;
      const { stages } = await runPipeline({ ...options, dryRun: true });
      for (const { name, fingerprint } of stages) {
        if (fingerprint === null || done.has(name)) continue;
        const { outputs } = declared.find((stage) => stage.name === name)!;
        const isShared = (await use.hold(() => shareOne(fingerprint, outputs))) !== undefined;
        if (isShared) done.add(name);
        hasNews ||= isShared && direction === 'pull';
      }
    }
    const names = declared.flatMap(({ name, leftOut }) => (leftOut === undefined ? [name] : []));
    const missing = names.filter((name) => !done.has(name));
    return { place: remote.place, stages: [...done], missing, pulled: {} };
  } finally {
    state.verified.save();
    use.close();
  }
}

async function openOutputs(
  state: StateFolder,
  outputs: Artifact['outputs'],
): Promise<Record<string, PulledOutput>> {
  const opened: [string, PulledOutput][] = [];
  for (const [name, output] of Object.entries(outputs)) {
    const view = await ensureView(state, output);
    if (view !== undefined) opened.push([name, { ...output, path: view.path }]);
  }
  return Object.fromEntries(opened);
}
