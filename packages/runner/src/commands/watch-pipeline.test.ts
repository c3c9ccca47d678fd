import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestWorkspace, diamondPipeline, named } from '../execution/test-workspace.suite.ts';
import type { TestWorkspace } from '../execution/test-workspace.suite.ts';
import { PipelineError } from '../pipeline-error.ts';
import { watchPipeline } from './watch-pipeline.ts';

/** Watches, and takes the next step after each run. @returns what ran each time. */
async function watchThrough(
  { root, stages }: TestWorkspace,
  steps: readonly (() => void)[],
): Promise<string[]> {
  const end = new AbortController();
  const seen: string[] = [];
  await watchPipeline({
    file: 'pipeline.yaml',
    stages,
    workspace: root,
    signal: end.signal,
    onRun(outcome) {
      seen.push(outcome instanceof PipelineError ? outcome.code : named(outcome, 'ran').join(' '));
      const step = steps[seen.length - 1];
      if (step === undefined) end.abort();
      else step();
    },
  });
  return seen;
}

it('watching runs again what a changed file reaches, until it is told to end', async () => {
  const workspace = createTestWorkspace(diamondPipeline);
  const seen = await watchThrough(workspace, [
    () => workspace.write('data/folder/b.txt', 'B'),
    () => workspace.write('pipeline.yaml', 'name: broken\n'),
    () => workspace.write('pipeline.yaml', diamondPipeline),
    () => workspace.write('stages/label.mjs', 'export const label = (word) => word + "!";\n'),
  ]);
  expect(seen).toEqual([
    'top left right bottom',
    'right bottom',
    'invalid-pipeline',
    '',
    'top left right bottom',
  ]);
});

it('watching sees files that an editor replaces, and those that come and go in a folder', async () => {
  const { root, write, ...workspace } = createTestWorkspace(`name: reading
stages:
  read: { uses: join, inputs: { source: data/source.txt, folder: data/folder }, outputs: [text] }
`);
  const replace = (text: string): void => {
    writeFileSync(join(root, 'data/.source.txt.swp'), text);
    renameSync(join(root, 'data/.source.txt.swp'), join(root, 'data/source.txt'));
  };
  const seen = await watchThrough({ root, write, ...workspace }, [
    () => replace('S'),
    () => replace('T'),
    () => write('data/folder/deep/c.txt', 'c'),
    () => rmSync(join(root, 'data/folder/a.txt')),
  ]);
  expect(seen).toEqual(['read', 'read', 'read', 'read', 'read']);
  expect(workspace.read('runs/reading/latest/read/text')).toBe('(b+c,T)');
});

it('watching sees a new file that a pattern reads', async () => {
  const workspace = createTestWorkspace(`name: patterns
stages:
  all: { run: 'cat $LIMBER_INPUT_TEXTS > "$LIMBER_OUTPUT_TEXT"', inputs: { texts: 'data/folder/*.txt' }, outputs: [text] }
`);
  const seen = await watchThrough(workspace, [() => workspace.write('data/folder/c.txt', 'c')]);
  expect(seen).toEqual(['all', 'all']);
  expect(workspace.read('runs/patterns/latest/all/text')).toBe('abc');
});

it('a pipeline that changes while watching begins is watched as it is then', async () => {
  const workspace = createTestWorkspace(diamondPipeline);
  workspace.write('data/late.txt', 'late');
  const watching = watchThrough(workspace, [() => workspace.write('data/late.txt', 'later')]);
  workspace.write('pipeline.yaml', diamondPipeline.replace('data/source.txt', 'data/late.txt'));
  expect(await watching).toEqual(['top left right bottom', 'top left right bottom']);
});
