import { join, resolve } from 'node:path';
import { stateFolder } from '../store/state-folder.ts';
import { listWorkFolders } from '../store/work-folder.ts';

/** The working folder of a resumable stage. */
export interface StageWork {
  readonly stage: string;
  /** Absolute; what the stage has as `workDir`. */
  readonly folder: string;
}

/** The working folders that the stages of a pipeline have in a workspace, also those of runs that have ended. */
export function listStageWork(pipeline: string, workspace: string): StageWork[] {
  return listWorkFolders(stateFolder(resolve(workspace))).flatMap(({ folder, owner }) =>
    owner?.pipeline === pipeline ? [{ stage: owner.stage, folder: join(folder, 'files') }] : [],
  );
}
