import { expect, onTestFinished, test, vi } from 'vitest';
import { createProgram } from '../program.ts';
import { examples, wordsOf } from './help.ts';
import { leavesOf, parseWords } from './parse-words.suite.ts';

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
])('a shell completes %j with %s', async (words, completed) => {
  const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(() => lines.mockRestore());
  await createProgram().parseAsync(['complete', '--', ...words], { from: 'user' });
  const offered = lines.mock.calls.map(([line]) => String(line).split('\t')[0]);
  expect(offered.filter((word) => !word!.startsWith(':'))).toEqual([completed]);
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
