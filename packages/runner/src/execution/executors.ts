import type { ExecutorName } from '../parsing/pipeline-schema.ts';
import type { Executor } from './executor.ts';
import { localExecutor } from './local-executor.ts';
import { slurmExecutor } from './slurm/slurm-executor.ts';

/** What can run stages, by name. */
export const executors: Readonly<Record<ExecutorName, Executor>> = {
  local: localExecutor,
  slurm: slurmExecutor,
};
