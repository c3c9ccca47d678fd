import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandResult } from './limber-command.ts';
import { limber } from './limber-command.ts';

const pipeline = `name: words
stages:
  count:
    run: wc -w < "$LIMBER_INPUT_TEXT" > "$LIMBER_OUTPUT_COUNT"
    inputs: { text: data/words.txt }
    outputs: [count]
    env: [LIMBER_TEST_WORD]
`;

test('a rerun with nothing to do is answered from memory, until anything changes', async () => {
  const project = mkdtempSync(join(tmpdir(), 'limber-unchanged-'));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  for (const folder of ['pipelines', 'data']) mkdirSync(join(project, folder));
  writeFileSync(join(project, 'pipelines/words.yaml'), pipeline);
  writeFileSync(join(project, 'data/words.txt'), 'squat lunge\n');
  const run = (env?: NodeJS.ProcessEnv, ...words: string[]): Promise<CommandResult> =>
    limber(['pipeline', 'run', 'words', ...words], project, env);
  const answers = join(project, '.limber/cache/answers');

  expect((await run()).stderr).toContain('count: done');
  await setTimeout(120);
  const looked = await run();
  expect(looked).toMatchObject({ exitCode: 0, stdout: '' });
  expect(looked.stderr).toMatch(
    /^pipeline words: 1 stage\ncount: unchanged\npipeline words: nothing to do \(1 unch/,
  );
  const [answer] = readdirSync(answers);
  expect(await run()).toEqual(looked);

  // That it came from memory shows when the memory says something else.
  const file = join(answers, answer!);
  writeFileSync(file, readFileSync(file, 'utf8').replace('nothing to do', 'remembered'));
  expect((await run()).stderr).toContain('words: remembered');
  expect((await run({ LIMBER_TEST_WORD: 'lunge' })).stderr).toContain('count: done');
  expect((await run({}, '--force', 'count')).stderr).toContain('count: done');
  expect(JSON.parse((await run({}, '--json')).stdout)).toMatchObject({ outcome: 'done' });

  appendFileSync(join(project, 'data/words.txt'), 'plank\n');
  expect((await run()).stderr).toContain('count: done');
  expect(readFileSync(join(project, 'runs/words/latest/count'), 'utf8').trim()).toBe('3');
});
