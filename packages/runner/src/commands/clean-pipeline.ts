import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Waiting } from '@limber/files';
import { pidOf } from '@limber/files';
import { listKeptWork } from '../execution/lock-worker.ts';
import { PipelineError } from '../pipeline-error.ts';
import type { StageKey } from '../store/stage-record.ts';
import { dropRecords } from '../store/stage-record.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
import { listLiveRuns, withCleaningLock } from '../store/store-use.ts';
import { listWorkFolders } from '../store/work-folder.ts';

/**
 * Removes a pipeline's working folders, so that resumable stages start afresh, and what is
 * remembered of its stages. Stored outputs stay; `collectGarbage` removes those nothing refers to.
 *
 * @returns the working folders that were removed.
 * @throws {PipelineError} `store-busy` while a pipeline runs in this workspace.
 */
export function cleanPipeline(options: {
  readonly pipeline: string;
  readonly workspace: string;
  /** Called once with a process that has been waited for for 2 s. */
  readonly onWait?: (waiting: Waiting) => void;
}): Promise<readonly string[]> {
  const state = stateFolder(resolve(options.workspace));
  const user = { work: `limber pipeline clean ${options.pipeline}`, onWait: options.onWait };
  return withCleaningLock(state, user, async () => {
    refuseLiveRuns(state);
    const own = listWorkFolders(state).filter(({ owner }) => owner?.pipeline === options.pipeline);
    await refuseJobs(state, options.pipeline, own);
    for (const { folder } of own) rmSync(folder, { recursive: true, force: true });
    dropRecords(state, options.pipeline);
    return own.map(({ folder }) => folder);
  });
}

/** Work that goes on without its runner would lose its folder, and what it has done. */
async function refuseJobs(
  state: StateFolder,
  pipeline: string,
  own: readonly { readonly workKey: string; readonly owner: StageKey | undefined }[],
): Promise<void> {
  const kept = await listKeptWork(state);
  for (const { workKey, owner } of own) {
    if (!kept.includes(workKey)) continue;
    const where = join(state.locks, workKey);
    const message = `Stage "${owner!.stage}" of pipeline ${pipeline} still goes on, without a run that waits for it. Run the pipeline to join it, or end it with Ctrl-C there, and try again.`;
    throw new PipelineError('store-busy', message, { where });
  }
}

function refuseLiveRuns(state: StateFolder): void {
  const [run] = listLiveRuns(state);
  if (run === undefined) return;
  const where = join(state.workspace, '.limber');
  const message = `A pipeline is running in ${state.workspace} (process ${pidOf(run)}). Try again when it has ended.`;
  throw new PipelineError('store-busy', message, { where });
}
