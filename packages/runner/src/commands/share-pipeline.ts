import { resolve } from 'node:path';
import type { Waiting } from '@limber/files';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { runPipeline } from '../execution/run-pipeline.ts';
import { loadPipeline } from '../parsing/load-pipeline.ts';
import { PipelineError } from '../pipeline-error.ts';
import { openRemote } from '../remote/open-remote.ts';
import { pullArtifact, pushArtifact } from '../remote/share-artifact.ts';
import { readIntactArtifact } from '../store/artifact.ts';
import { stateFolder } from '../store/state-folder.ts';
import { openStoreUse } from '../store/store-use.ts';

/** What was copied. */
export interface SharedPipeline {
  readonly place: string;
  /** The stages whose outputs are in both places now. */
  readonly stages: readonly string[];
  /** Stages that have no outputs to be copied. */
  readonly missing: readonly string[];
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
  options: Omit<RunPipelineOptions, 'dryRun' | 'onEvent'> & {
    /** Called once with a process that has been waited for for 2 s. */
    readonly onWait?: (waiting: Waiting) => void;
  },
): Promise<SharedPipeline> {
  const workspace = resolve(options.workspace);
  const pipeline = await loadPipeline({ ...options, workspace });
  const place = options.remote ?? pipeline.remote;
  if (place === undefined) {
    const message = `The pipeline ${pipeline.name} names no remote store. Pass --remote <folder or s3:// place>, or write "remote:" into ${pipeline.file}.`;
    throw new PipelineError('invalid-remote', message, { where: pipeline.file });
  }
  const remote = await openRemote(place, workspace, process.env);
  const state = stateFolder(workspace);
  const work = `limber pipeline ${direction} ${pipeline.name}`;
  const use = await openStoreUse(state, { work, onWait: options.onWait });
  const { staging } = use;
  const isRepairing = direction === 'pull';
  const done = new Set<string>();
  try {
    for (let hasNews = true; hasNews;) {
      hasNews = false;
      const { stages } = await runPipeline({ ...options, dryRun: true });
      for (const { name, fingerprint } of stages) {
        if (fingerprint === null || done.has(name)) continue;
        const isShared = await use.hold(async () => {
          use.rely(fingerprint);
          const own = await readIntactArtifact(state, fingerprint, { isRepairing });
          if (direction === 'pull' && own === undefined) {
            return (await pullArtifact(remote, fingerprint, { state, staging })) !== undefined;
          }
          if (direction === 'push' && own !== undefined) await pushArtifact(remote, state, own);
          return own !== undefined;
        });
        if (isShared) done.add(name);
        hasNews ||= isShared && direction === 'pull';
      }
    }
  } finally {
    use.close();
  }
  const names = pipeline.stages.filter(({ leftOut }) => leftOut === undefined);
  return {
    place: remote.place,
    stages: [...done],
    missing: names.map(({ name }) => name).filter((name) => !done.has(name)),
  };
}
