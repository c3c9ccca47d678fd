import type { Dirent } from 'node:fs';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import completions from '@bomb.sh/tab';
import type { Command } from 'commander';
import { wordsOf } from './help.ts';

/**
 * Lets shells complete values that the commands do not list: names of pipelines and models, and paths. tab tells shells
 * to offer no files of their own, so paths are offered here.
 *
 * @param program - to which tab's commands were added.
 */
export function completeValues(program: Command): void {
  let word = '';
  program.commands
    .find((command) => command.name() === 'complete')!
    .hook('preAction', (_, complete) => {
      word = complete.args.at(-1) ?? '';
    });
  for (const command of leavesOf(program)) {
    const completed = completions.commands.get(wordsOf(command));
    for (const { long, required, optional, argChoices } of command.options) {
      const option = completed?.options.get(long?.slice(2) ?? '');
      if (option === undefined || argChoices !== undefined || !(required || optional)) continue;
      option.handler = (offer) => offerAll(offer, [...named(option.value), ...pathsFrom(word)]);
    }
    for (const { handler, name } of completed?.arguments.values() ?? []) {
      if (handler !== undefined) continue;
      const isPipeline = name === 'name' && wordsOf(command).startsWith('pipeline ');
      completed!.arguments.get(name)!.handler = (offer) =>
        offerAll(offer, [...(isPipeline ? pipelineNames() : []), ...pathsFrom(word)]);
    }
  }
}

function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function offerAll(offer: (value: string, description: string) => void, values: string[]): void {
  for (const value of values) offer(value, '');
}

/** What an option takes besides paths. */
function named(option: string): string[] {
  if (option === 'teacher') return ['movenet', 'movenet-lightning'];
  return option === 'weights' ? ['movenet-thunder', 'movenet-lightning'] : [];
}

function pipelineNames(): string[] {
  return entriesOf('pipelines').flatMap(({ name }) =>
    name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : [],
  );
}

/** Files and folders that begin with a word. A folder that is the only one comes with what is in it: shells then go on inside. */
function pathsFrom(word: string): string[] {
  const begun = word.replace(/^--[^=]*=/, '');
  const folder = begun.endsWith('/') ? begun : begun.includes('/') ? `${dirname(begun)}/` : '';
  const paths = pathsIn(folder, begun.slice(folder.length).startsWith('.')).filter((path) =>
    path.startsWith(begun),
  );
  const [first] = paths;
  const isOneFolder = paths.length === 1 && first!.endsWith('/');
  return isOneFolder ? [first!, ...pathsIn(first!, false)] : paths;
}

/** @param folder - empty, or ending in a slash. @param hidden - whether those whose names begin with a dot count. */
function pathsIn(folder: string, hidden: boolean): string[] {
  return entriesOf(folder === '' ? '.' : folder)
    .filter(({ name }) => hidden || !name.startsWith('.'))
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`);
}

/** None of a folder that cannot be read: nobody who presses a key waits for an error. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
