import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { isMissing, writeFileAtomicSync } from '@limber/files';
import { enginesFolder } from './engine-folder.ts';
import { wasTriedToday } from './tried-today.ts';

/** Where it is remembered that no native engine could be set up. */
function unavailableFile(): string {
  return join(enginesFolder(process.env, os.homedir()), 'unavailable.json');
}

/**
 * Why no native engine could be set up here. It is remembered for a day, or until somebody sets up the
 * engine, so that what runs meanwhile runs on the same one.
 *
 * @returns undefined if it was not tried since, or worked.
 */
export function unavailableReasons(): readonly string[] | undefined {
  try {
    const file = unavailableFile();
    if (!wasTriedToday(file)) return undefined;
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isTexts(found) ? found : undefined;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isTexts(found: unknown): found is string[] {
  return Array.isArray(found) && found.every((each) => typeof each === 'string');
}

/** @param because - undefined to forget it. */
export function rememberUnavailable(because: readonly string[] | undefined): void {
  if (because === undefined) return rmSync(unavailableFile(), { force: true });
  mkdirSync(enginesFolder(process.env, os.homedir()), { recursive: true });
  writeFileAtomicSync(unavailableFile(), `${JSON.stringify(because)}\n`);
}
