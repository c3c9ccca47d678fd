import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

/** Where Node runs, and what is beside it. */
export interface NodePlace {
  readonly platform: NodeJS.Platform;
  readonly execPath: string;
  readonly exists: (file: string) => boolean;
}

/**
 * The command that runs npm. On Windows npm is a script of the shell, which Node does not start: there
 * it is run by Node, from the folder that comes with it.
 *
 * @param args - of npm.
 * @returns the program and its arguments.
 */
export function npmCommand(
  args: readonly string[],
  { platform, execPath, exists }: NodePlace = here(),
): [string, ...string[]] {
  if (platform !== 'win32') return ['npm', ...args];
  const cli = win32.join(win32.dirname(execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return exists(cli) ? [execPath, cli, ...args] : ['npm', ...args];
}

function here(): NodePlace {
  return { platform: process.platform, execPath: process.execPath, exists: existsSync };
}
