import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createProgram } from '../program.ts';
import { examples, wordsOf } from './help.ts';
import { leavesOf, parseWords } from './parse-words.suite.ts';

const root = join(import.meta.dirname, '../../../..');

/** What shells call to complete words is not shown in any help. */
const leaves = leavesOf(createProgram()).filter((command) => command.name() !== 'complete');

test('every command has an example, and every example a command', () => {
  expect(leaves.map(wordsOf).toSorted()).toEqual(Object.keys(examples).toSorted());
});

test('every argument and every option says what it is', () => {
  const silent = leaves.flatMap((command) =>
    [...command.registeredArguments, ...command.options]
      .filter(({ description }) => description === '')
      .map((one) => `${wordsOf(command)}: ${one.name()}`),
  );
  expect(silent).toEqual([]);
});

test.each(Object.entries(examples))(
  'the example of %s is one that its command takes',
  async (_, example) => {
    const [, ...typed] = example.replace(/ > .*/, '').split(' ');
    await parseWords(typed);
  },
);

test.each([
  [['pipeline', 'wh'], 'why'],
  [['pipeline', 'graph', '--format', 'm'], 'mermaid'],
  [['pac'], 'pack'],
  [['pipeline', 'run', 'squ'], 'squat'],
  [['predict', '--weights', 'movenet-l'], 'movenet-lightning'],
  [['predict', '--weights', 'm', 'packages/cli/READ'], 'packages/cli/README.md'],
  [['dataset', 'view', '--skeleton', 'packages/cli/pack'], 'packages/cli/package.json'],
])('a shell completes %j with %s', async (words, word) => {
  expect(await completed(words)).toEqual([word]);
});

test('a folder that is the only one is completed with what is in it, so that a shell goes on inside', async () => {
  expect(await completed(['dataset', 'stats', 'packages/cli/vie'])).toEqual([
    'packages/cli/viewer/',
    ...readdirSync(join(root, 'packages/cli/viewer')).map((name) => `packages/cli/viewer/${name}`),
  ]);
  expect(await completed(['dataset', 'stats', 'no/such/folder/'])).toEqual([]);
});

test('a help ends with the example, and does not say that what is off is off', () => {
  let text = '';
  const command = leaves.find((one) => wordsOf(one) === 'pipeline why')!;
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  expect(text).toMatchInlineSnapshot(`
    "Usage: limber pipeline why [options] <name>

    say for each stage if it would run, and all the causes

    Arguments:
      name               a pipeline of pipelines/, or a YAML file

    Options:
      --set <key=value>  give a parameter another value
      --json             print one JSON document
      -h, --help         display help for command

    Example:
      $ limber pipeline why squat --set train.epochs=30
    "
  `);
});

/** What a shell offers in the root of the workspace. */
async function completed(words: readonly string[]): Promise<string[]> {
  const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
  const before = process.cwd();
  process.chdir(root);
  try {
    await createProgram().parseAsync(['complete', '--', ...words], { from: 'user' });
    const offered = lines.mock.calls.map(([line]) => String(line).split('\t')[0]!);
    return offered.filter((word) => !word.startsWith(':'));
  } finally {
    lines.mockRestore();
    process.chdir(before);
  }
}
