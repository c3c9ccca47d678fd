import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { exitCodeOf, describeError } from './report-error.ts';

process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);

const words = process.argv.slice(2);
try {
  process.exitCode = await runCommand(words);
} catch (error) {
  if (!(error instanceof CommanderError)) process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
if (words[0] === 'evaluate') endAtOnce();

async function runCommand(words: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  await program.parseAsync(words, { from: 'user' });
  return exitCode;
}

/** Who reads the other end of a pipe may leave early, as `head` does: the work goes on, unread. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** For a command that leaves nothing under way: taking its heap apart would be a twentieth of its time. */
function endAtOnce(): void {
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
}
