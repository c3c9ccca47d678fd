import { execFileSync } from 'node:child_process';
import { cpus, hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunSummary } from '../store/run-folder.ts';
import { createTestWorkspace } from './test-workspace.suite.ts';

const pipeline = `name: made
stages:
  make: { run: 'echo "::limber {\\"provenance\\": {\\"engine\\": \\"sh 1\\"}}"; cat "$LIMBER_INPUT_SOURCE" > "$LIMBER_OUTPUT_TEXT"', inputs: { source: data/source.txt }, outputs: [text] }
`;

it('run.json says what made the run: the commit, the machine, the versions, and what stages say', async () => {
  const { root, run, read, write } = createTestWorkspace(pipeline);
  const summary = (): RunSummary => JSON.parse(read('runs/made/latest/run.json')) as RunSummary;
  await run();
  expect(summary().provenance).toMatchObject({
    commit: null,
    isDirty: false,
    machine: { host: hostname(), cpu: cpus()[0]!.model, memoryBytes: expect.any(Number) },
    versions: { node: process.versions.node, limber: '0.1.0' },
  });
  expect(summary().stages[0]!.provenance).toEqual({ engine: 'sh 1' });
  const git = (...words: string[]): string => {
    const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
    return execFileSync('git', [...author, ...words], { cwd: root, encoding: 'utf8' }).trim();
  };
  git('init', '--quiet');
  git('add', 'data', 'pipeline.yaml');
  git('commit', '--quiet', '--message', 'first');
  git('tag', 'v1');
  const commit = git('rev-parse', 'HEAD');
  write('data/source.txt', 'dirty');
  await run();
  expect(summary().provenance).toMatchObject({ commit, isDirty: true });
  git('commit', '--quiet', '--all', '--message', 'second');
  write(join('data', 'unknown-to-git.txt'), '');
  write('pipeline.yaml', pipeline.replace('sh 1', 'sh 2'));
  git('commit', '--quiet', '--all', '--message', 'third');
  await run();
  expect(summary().provenance).toMatchObject({ commit: git('rev-parse', 'HEAD'), isDirty: false });
});
