import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { isMissing, writeFileAtomicSync } from '@limber/files';
import { enginesFolder } from './engine-folder.ts';

/** Where it is remembered that no native engine could be set up. */
function unavailableFile(): string {
  return join(enginesFolder(process.env, os.homedir()), 'unavailable.json');
}

/**
 * Why no native engine could be set up here. While that is remembered, nothing is tried again until
 * somebody sets up the engine, so that all that runs here runs on the same one.
 *
 * @returns undefined if it was not tried, or worked.
 */
export function unavailableReasons(): readonly string[] | undefined {
  try {
    return JSON.parse(readFileSync(unavailableFile(), 'utf8')) as string[];
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @param because - undefined to forget it. */
export function rememberUnavailable(because: readonly string[] | undefined): void {
  if (because === undefined) return rmSync(unavailableFile(), { force: true });
  mkdirSync(enginesFolder(process.env, os.homedir()), { recursive: true });
  writeFileAtomicSync(unavailableFile(), `${JSON.stringify(because)}\n`);
}
