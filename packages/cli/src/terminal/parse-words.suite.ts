import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { createProgram } from '../program.ts';

/** The commands below a command that do something, itself if there are none below. */
export function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

/**
 * Takes words as `limber` does, and does nothing.
 *
 * @param words - without `limber` itself.
 * @throws {CommanderError} what the real command says of words that it does not take.
 */
export async function parseWords(words: readonly string[]): Promise<void> {
  const program = createProgram();
  let taken = 0;
  const listen = (command: Command): void => {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
    command.commands.forEach(listen);
  };
  listen(program);
  for (const leaf of leavesOf(program)) leaf.action(() => void (taken += 1));
  await program.parseAsync(words, { from: 'user' }).catch((error: unknown) => {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    if (!isHelp) throw error;
    taken += 1;
  });
  if (taken !== 1) throw new Error(`limber ${words.join(' ')}: no command`);
}
