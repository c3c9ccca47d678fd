import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { PipelineEvent } from '../events.ts';
import { stateFolder } from '../store/state-folder.ts';
import { because, createTestWorkspace, named } from './test-workspace.suite.ts';

it('a command runs again when a file that its words name changes, and says which', async () => {
  const workspace = createTestWorkspace(`name: words
stages:
  make: { run: 'sh make.sh > "$LIMBER_OUTPUT_TEXT"', outputs: [text] }
`);
  workspace.write('make.sh', 'echo one\n');
  expect(named(await workspace.run(), 'ran')).toEqual(['make']);
  expect(named(await workspace.run(), 'cached')).toEqual(['make']);
  workspace.write('make.sh', 'echo two\n');
  const changed = await workspace.run();
  expect(because(changed, 'make')).toEqual(['file make.sh changed']);
  expect(workspace.read('runs/words/latest/make/text')).toBe('two\n');
});

it('a command fails if it changes a file that its words name', async () => {
  const workspace = createTestWorkspace(`name: words
stages:
  make: { run: 'echo x >> data/log.txt; echo > "$LIMBER_OUTPUT_TEXT"', outputs: [text] }
`);
  const message =
    'The file data/log.txt, which the command of stage "make" names, changed while it ran, so its result is not kept. If the command writes it, declare it in "outputs" and write to $LIMBER_OUTPUT_<NAME>; if not, run again.';
  for (const text of ['', 'there']) {
    if (text !== '') workspace.write('data/log.txt', text);
    const { stages } = await workspace.run();
    expect(stages[0]).toMatchObject({ outcome: 'failed', error: message });
  }
});

it('with cache: false a stage runs every time, and its readers when it gives something else', async () => {
  const workspace = createTestWorkspace(`name: uncached
stages:
  read: { run: 'cat "$PWD"/data/state > "$LIMBER_OUTPUT_TEXT"', cache: false, outputs: [text] }
  after: { uses: join, inputs: { text: '\${{ stages.read.text }}' }, outputs: [text] }
`);
  workspace.write('data/state', '1');
  expect(named(await workspace.run(), 'ran')).toEqual(['read', 'after']);
  const again = await workspace.run();
  expect(named(again, 'ran')).toEqual(['read']);
  expect(because(again, 'read')).toEqual(['cache: false']);
  workspace.write('data/state', '2');
  const changed = await workspace.run();
  expect(named(changed, 'ran')).toEqual(['read', 'after']);
  expect(workspace.read('runs/uncached/latest/after/text')).toBe('(2)');
});

it('a command that reads nothing is warned about when it runs, unless it says what that means', async () => {
  const warned = async (keys: string): Promise<string[]> => {
    const events: PipelineEvent[] = [];
    const workspace = createTestWorkspace(
      `name: none\nstages:\n  make: { run: 'date > "$LIMBER_OUTPUT_TEXT"', outputs: [text]${keys} }\n`,
    );
    const onEvent = (event: PipelineEvent): void => void events.push(event);
    for (let run = 0; run < 2; run++) await workspace.run({ onEvent });
    return events.flatMap((event) =>
      event.type === 'stage-line' && event.source === 'warning' ? [event.line] : [],
    );
  };
  expect(await warned('')).toEqual([
    'Stage "make" has no input: nothing makes it run again. Declare what it reads in "inputs", or "cache: false" to run it every time; "cache: true" says that it always makes the same.',
  ]);
  expect(await warned(', cache: false')).toEqual([]);
  expect(await warned(', cache: true')).toEqual([]);
  expect(await warned(', with: { count: 3 }')).toEqual([]);
});

it('imports that cannot be followed are named when the stage runs, and by a dry run', async () => {
  const workspace = createTestWorkspace(`name: unfollowed
stages:
  make: { uses: ./stages/open.mjs, outputs: [text] }
`);
  workspace.write(
    'stages/open.mjs',
    `import { writeFileSync } from 'node:fs';
    const load = (path) => import(path);
    export default { async run({ outputs }) { writeFileSync(outputs.text, ''); } };`,
  );
  const line =
    'stages/open.mjs: import(path) could not be followed, so changes of what it loads are not noticed.';
  const warnings = async (dryRun: boolean): Promise<string[]> => {
    const lines: string[] = [];
    await workspace.run({
      dryRun,
      onEvent: (event) => {
        if (event.type === 'stage-line' && event.source === 'warning') lines.push(event.line);
      },
    });
    return lines;
  };
  expect(await warnings(false)).toEqual([line]);
  expect(await warnings(false)).toEqual([]);
  expect(await warnings(true)).toEqual([line]);
  const { stages } = await workspace.run({ dryRun: true });
  expect(stages[0]).toMatchObject({ outcome: 'cached', warnings: [line] });
});

it('values of the environment are kept nowhere, and no cause shows them', async () => {
  const workspace = createTestWorkspace(`name: secret
stages:
  make:
    run: cat "$LIMBER_INPUT_SOURCE" > "$LIMBER_OUTPUT_TEXT"
    inputs: { source: data/source.txt }
    env: [LIMBER_TEST_TOKEN]
    outputs: [text]
`);
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('LIMBER_TEST_TOKEN', 'hunter2');
  await workspace.run();
  vi.stubEnv('LIMBER_TEST_TOKEN', 'hunter3');
  expect(because(await workspace.run(), 'make')).toEqual(['env LIMBER_TEST_TOKEN changed']);
  vi.stubEnv('LIMBER_TEST_TOKEN', undefined);
  expect(because(await workspace.run(), 'make')).toEqual(['env LIMBER_TEST_TOKEN is gone']);
  for (const folder of [join(workspace.root, '.limber'), stateFolder(workspace.root).runs]) {
    for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      expect(readFileSync(join(name.parentPath, name.name), 'utf8')).not.toContain('hunter');
    }
  }
});

it('a command says that there is no shell for it, and what to do', async () => {
  const workspace = createTestWorkspace(`name: bare
stages:
  make: { run: 'echo > "$LIMBER_OUTPUT_TEXT"', outputs: [text] }
`);
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('PATH', join(workspace.root, 'nowhere'));
  const { stages } = await workspace.run();
  expect(stages[0]).toMatchObject({
    outcome: 'failed',
    error:
      'The command is for the shell sh, and there is none on the PATH. ' +
      "On Windows, add Git for Windows' folder usr\\bin to it, or work in WSL 2.",
  });
});
