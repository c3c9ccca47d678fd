import { PipelineError } from '../pipeline-error.ts';
import type { StateFolder } from './state-folder.ts';
import { readJson, writeAtomically } from './write-atomically.ts';

/**
 * Raised when what lies in `.limber` is to be read in another way.
 *
 * 1: artifacts without plots, code by its text (no file said so). 2: as of now. Objects, views,
 * records and run folders are the same in both; what was made under 1 is made again.
 */
const VERSION = 2;

/**
 * Refuses a store that a newer runner has written, and marks this one.
 *
 * @throws {PipelineError} `store-too-new`.
 */
export function checkLayout(
  state: StateFolder,
  { isDryRun }: { readonly isDryRun: boolean },
): void {
  const found = (readJson(state.layout) as { version?: number } | undefined)?.version ?? 1;
  if (found > VERSION) {
    const message = `${state.layout} says that the store has version ${found}, this runner knows ${VERSION}. Use a newer runner, or remove the folder .limber.`;
    throw new PipelineError('store-too-new', message, { where: state.layout });
  }
  const isMarked = readJson(state.layout) !== undefined && found === VERSION;
  if (!isMarked && !isDryRun) {
    writeAtomically(state.layout, `${JSON.stringify({ version: VERSION })}\n`);
  }
}
