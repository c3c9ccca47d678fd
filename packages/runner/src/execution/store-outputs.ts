import { copyFileSync, existsSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { StoredOutput } from '../store/artifact.ts';
import { hashFile } from '../store/hash-file.ts';
import { putFile } from '../store/objects.ts';
import { putOutput } from '../store/put-output.ts';
import type { StateFolder } from '../store/state-folder.ts';

/**
 * What is wrong with what a stage wrote: an output that is missing, or that lies behind a symbolic
 * link, whose files would be taken from where they belong.
 */
export function findOutputProblem(
  stage: ResolvedStage,
  root: string,
  outputs: Readonly<Record<string, string>>,
): string | undefined {
  const missing = Object.keys(outputs).filter((name) => !existsSync(outputs[name]!));
  if (missing.length > 0) {
    const names = missing.map((name) => `"${name}"`).join(', ');
    return `Stage "${stage.name}" ended without writing its output ${names}.`;
  }
  const own = realpathSync(root);
  for (const [name, path] of Object.entries(outputs)) {
    if (realpathSync(path) === join(own, relative(root, path))) continue;
    const { label } = stage.placeOfOutput(name);
    return `Stage "${stage.name}": output "${name}" leads out of the stage's own folder through a symbolic link. Copy the files instead. (${label})`;
  }
  return undefined;
}

/** Moves all that a stage wrote into the store. */
export async function storeOutputs(
  outputs: Readonly<Record<string, string>>,
  state: StateFolder,
): Promise<Record<string, StoredOutput>> {
  const stored: Record<string, StoredOutput> = {};
  for (const [name, path] of Object.entries(outputs)) stored[name] = await putOutput(state, path);
  return stored;
}

/** Copies what a stage printed into the store. */
export async function storeLog(
  logFile: string,
  folder: string,
  state: StateFolder,
): Promise<string> {
  const copy = join(folder, 'log');
  copyFileSync(logFile, copy);
  const sha256 = await hashFile(copy);
  putFile(state, copy, sha256);
  return sha256;
}
