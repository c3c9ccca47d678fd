import { CommanderError } from 'commander';
import { ignoreClosedPipe } from './commands/pipeline/unchanged-answer.ts';
import { createProgram } from './program.ts';
import { isLaunchedRank } from './ranks/rank-variables.ts';
import { describeError, exitCodeOf } from './terminal/report-error.ts';

process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);

const words = process.argv.slice(2);
try {
  await createProgram().parseAsync(words, { from: 'user' });
} catch (error) {
  if (isLaunchedRank() && process.send !== undefined) {
    (await import('./ranks/rank-messages.ts')).sendError(error);
  } else if (!(error instanceof CommanderError)) {
    process.stderr.write(`${describeError(error)}\n`);
  }
  process.exitCode = exitCodeOf(error);
}
if (words[0] === 'evaluate') endAtOnce();

/** For a command that leaves nothing running: freeing its heap would be a twentieth of its time. */
function endAtOnce(): void {
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
}
