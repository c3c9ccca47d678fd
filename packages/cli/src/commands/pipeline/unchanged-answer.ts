import { createHash } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { machineBoot, recallAnswer } from '@limber/files';

/** What `limber pipeline run` printed when there was nothing to do. */
export interface PrintedAnswer {
  readonly stderr: string;
  readonly stdout: string;
}

/**
 * Prints again what the same command printed last, if it had nothing to do, and everything that it
 * looked at for that looks the same now. This is what a rerun mostly is, so it loads nothing else.
 *
 * @param words - of the command line.
 */
export async function answerUnchanged(words: readonly string[]): Promise<boolean> {
  const kept = await recallAnswer(answerFile(words));
  if (kept === undefined) return false;
  const { stderr, stdout } = JSON.parse(kept) as PrintedAnswer;
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  process.stderr.write(stderr);
  process.stdout.write(stdout);
  return true;
}

/** The folder of a workspace with the answers of its pipelines. */
export function answersFolder(workspace: string): string {
  return join(workspace, '.limber', 'cache', 'answers');
}

/** Where the answer to a command is kept. Whatever it may depend on but files is in the name. */
export function answerFile(words: readonly string[]): string {
  const workspace = process.cwd();
  const asked = {
    words,
    workspace,
    node: [process.version, process.arch, process.execArgv],
    machine: [hostname(), machineBoot(), userInfo().username],
    streams: [process.stdout, process.stderr].map(({ isTTY, columns }) => [isTTY, columns]),
    environment: Object.entries(process.env).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
  const name = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
  return join(answersFolder(workspace), name);
}

/** The reader of a pipe may close it early, as `head` does: the work goes on without output. */
export function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
