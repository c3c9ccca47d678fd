import type { Executor } from './executor.ts';
import { localExecutor } from './local-executor.ts';

/** What can run stages, by name. */
export const executors: { readonly local: Executor } & Readonly<Record<string, Executor>> = {
  local: localExecutor,
};
