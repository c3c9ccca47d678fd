import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTrainFile } from '../packages/cli/src/commands/train/train-file.ts';
import { createProgram } from '../packages/cli/src/program.ts';
import { parseWords } from '../packages/cli/src/terminal/parse-words.suite.ts';
import { root } from './limber-command.ts';

const pages = [
  join(root, 'README.md'),
  join(root, 'CONTRIBUTING.md'),
  ...below(join(root, 'docs')),
  ...readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name, 'README.md')),
].map((file) => ({ name: relative(root, file), file, text: readFileSync(file, 'utf8') }));

function below(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  // the reference is generated
  const own = names.filter((name) => name.endsWith('.md') && !name.startsWith('reference'));
  return own.map((name) => join(folder, name));
}

function blocksOf(text: string, language: string): string[] {
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...blocks].map((match) => match[1]!);
}

/** Inside the workspace, so that the packages are found by their names, as they are built. */
const folder = join(root, 'node_modules/.cache/docs');
beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every program in the documentation compiles against the built packages', () => {
  const blocks = pages.flatMap(({ name, text }) =>
    blocksOf(text, 'ts').map((code, at) => ({
      file: `${name.replaceAll('/', '+')}-${at}.ts`,
      code,
    })),
  );
  expect(blocks.length).toBeGreaterThan(12);
  for (const { file, code } of blocks) {
    writeFileSync(join(folder, file), `${code}\nexport {};\n`);
  }
  const compilerOptions = { rootDir: root, noUnusedLocals: false, customConditions: [] };
  const options = {
    extends: join(root, 'tsconfig.test.base.json'),
    compilerOptions,
    include: [folder],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  expect(() =>
    execFileSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }),
  ).not.toThrow();
});

test('every training file in the documentation is one that limber train reads', async () => {
  const files = pages
    .flatMap(({ text }) => blocksOf(text, 'yaml'))
    .filter((text) => text.startsWith('# train.yaml'));
  expect(files.length).toBeGreaterThan(0);
  for (const [at, text] of files.entries()) {
    const file = join(folder, `train-${at}.yaml`);
    writeFileSync(file, text);
    await expect(readTrainFile(file)).resolves.toHaveProperty('out');
  }
});

/** What is typed in a block of shell, command by command, without what does not start `limber`. */
function limberCommands(block: string): string[][] {
  const lines = block.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return lines
    .map((line) => line.replace(/(^|\s)#.*/, ''))
    .flatMap((line) => line.split(/ (?:&&|\|) /))
    .map((command) => [...command.matchAll(/'([^']*)'|"([^"]*)"|(?:<[^>]*>|[^\s'"])+/g)])
    .map((words) => words.map(([whole, single, double]) => single ?? double ?? whole))
    .flatMap((words) => {
      const [first, second, third, ...rest] = words;
      if (first === 'npx' && second === 'nx' && third === 'run') {
        return rest[0] === 'runner:pipeline' ? [['pipeline', 'run', ...rest.slice(1)]] : [];
      }
      const start = words.findIndex((word) => word === 'limber' || word === '@limber/cli');
      return start < 0 || start > 1 ? [] : [words.slice(start + 1)];
    });
}

const commands = pages.flatMap(({ name, text }) =>
  blocksOf(text, 'sh')
    .flatMap(limberCommands)
    .map((words) => ({ name, typed: words.join(' '), words })),
);

test('the documentation shows many commands', () => {
  expect(commands.length).toBeGreaterThan(40);
});

test.each(commands)('$name: limber $typed is a command that limber takes', async ({ words }) => {
  await parseWords(words);
  const file = words[0] === 'pipeline' && words[1] === 'run' ? words[2] : undefined;
  if (file !== undefined) expect(readdirSync(join(root, 'pipelines'))).toContain(`${file}.yaml`);
});

test('the list of commands in the README of the cli names commands and options that there are', () => {
  const [, synopsis] = /^```text\n(.*?)^```$/ms.exec(
    readFileSync(join(root, 'packages/cli/README.md'), 'utf8'),
  )!;
  const unknown = synopsis!
    .replaceAll(/\n\s+/g, ' ')
    .split('\n')
    .filter((line) => line.startsWith('limber '))
    .flatMap((line) => {
      const command = commandOf(line.split(' ').slice(1));
      if (command === undefined) return [line];
      const known = command.options.map(({ long }) => long);
      const named = line.replace(/ #.*/, '').match(/--[a-z][a-z-]*/g) ?? [];
      return named
        .filter((option) => !known.includes(option))
        .map((option) => `${line}: ${option}`);
    });
  expect(unknown).toEqual([]);
});

type Program = ReturnType<typeof createProgram>;

/** The command that a line starts with; of `a | b` the first. */
function commandOf(words: readonly string[]): Program | undefined {
  let command = createProgram();
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
  }
  return command.parent === null ? undefined : command;
}

test('every link inside the documentation leads somewhere', () => {
  const broken = pages.flatMap(({ name, file, text }) =>
    [...text.matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(dirname(file), target)))
      .map((target) => `${name}: ${target}`),
  );
  expect(broken).toEqual([]);
});
