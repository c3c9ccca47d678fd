import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';

/** The workspace's root folder. */
export const root: string = resolve(import.meta.dirname, '..');

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `limber` as built, in a folder of its own. @param env - laid over the environment. */
export function limber(
  words: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const main = join(root, 'packages/cli/bin/limber.js');
  return new Promise((done) => {
    execFile(
      process.execPath,
      [main, ...words],
      { cwd: folder, env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        done({ exitCode, stdout, stderr });
      },
    );
  });
}
