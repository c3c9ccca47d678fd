import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

/** The workspace's root folder. */
export const root: string = resolve(import.meta.dirname, '..');

/** The command as built. */
export const main: string = join(root, 'packages/cli/bin/limber.js');

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

/** A command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess;
  /** With all that it has written; an exit code of null after a signal that it did not handle. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
}

/** Starts `limber` as built, to be sent signals. What it prints to standard output is left out. */
export function startLimber(words: readonly string[], folder: string): RunningCommand {
  const child = spawn(process.execPath, [main, ...words], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const ended = once(child, 'close').then(([exitCode]: (number | null)[]) => ({
    exitCode: exitCode ?? null,
    stderr,
  }));
  return { child, ended };
}
