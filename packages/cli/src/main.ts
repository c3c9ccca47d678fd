import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { exitCodeOf, describeError } from './report-error.ts';

try {
  process.exitCode = await runCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommanderError)) process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = exitCodeOf(error);
}

async function runCommand(words: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  await program.parseAsync(words, { from: 'user' });
  return exitCode;
}
