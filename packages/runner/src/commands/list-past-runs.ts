import { resolve } from 'node:path';
import type { PastRun } from '../store/run-folder.ts';
import { listRuns } from '../store/run-folder.ts';
import { stateFolder } from '../store/state-folder.ts';

/** The runs of a pipeline in a workspace that left a folder, the earliest first. */
export function listPastRuns(pipeline: string, workspace: string): PastRun[] {
  return listRuns(stateFolder(resolve(workspace)), pipeline);
}
