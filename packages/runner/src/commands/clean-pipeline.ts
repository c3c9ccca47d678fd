import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PipelineError } from '../pipeline-error.ts';
import { takeLock } from '../store/lock.ts';
import { cleaningLock, findLiveRuns } from '../store/staging.ts';
import { dropRecords } from '../store/stage-record.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
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
}): Promise<readonly string[]> {
  const state = stateFolder(resolve(options.workspace));
  return withoutRuns(state, () => {
    const own = listWorkFolders(state).filter(({ owner }) => owner?.pipeline === options.pipeline);
    for (const { folder } of own) rmSync(folder, { recursive: true, force: true });
    dropRecords(state, options.pipeline);
    return own.map(({ folder }) => folder);
  });
}

/**
 * Does something to the store while no pipeline runs; runs that start meanwhile wait.
 *
 * @throws {PipelineError} `store-busy` if one is running.
 */
async function withoutRuns<T>(state: StateFolder, action: () => T): Promise<T> {
  const lock = await takeLock(cleaningLock(state), { signal: new AbortController().signal });
  try {
    const [pid] = findLiveRuns(state);
    if (pid !== undefined) {
      const where = join(state.workspace, '.limber');
      const message = `A pipeline is running in ${state.workspace} (process ${pid}). Try again when it has ended.`;
      throw new PipelineError('store-busy', message, { where });
    }
    return action();
  } finally {
    lock?.release();
  }
}
