import { execFileSync } from 'node:child_process';
import { cpus, hostname } from 'node:os';
import { runPipeline } from '@limber/runner';
import type { RunSummary } from '@limber/runner';
import { expect, it } from 'vitest';
import { readProvenance } from './provenance.ts';
import { createTestProject } from './test-project.suite.ts';

it('run.json says what the run is made with: commit, machine, versions, and what stages say', async () => {
  const { root, read, write } = createTestProject(`name: tiny
stages:
  make: { run: 'echo "::limber {\\"provenance\\": {\\"engine\\": \\"sh 1\\"}}"; cat "$LIMBER_INPUT_WORDS" > "$LIMBER_OUTPUT_TEXT"', inputs: { words: data/words.txt }, outputs: [text] }
`);
  const provenance = () => readProvenance(root, { name: 'tiny', set: ['words=two words'] });
  await runPipeline({ file: 'pipelines/tiny.yaml', stages: [], workspace: root, provenance });
  const summary = JSON.parse(read('runs/tiny/latest/run.json')) as RunSummary;
  expect(summary.provenance).toMatchObject({
    commit: null,
    isDirty: false,
    machine: { host: hostname(), cpu: cpus()[0]!.model },
    versions: { node: process.versions.node, limber: '0.1.0' },
    command: "npx limber pipeline run tiny --set 'words=two words'",
  });
  expect(summary.stages[0]!.provenance).toEqual({ engine: 'sh 1' });
  const git = (...words: string[]): string => {
    const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
    return execFileSync('git', [...author, ...words], { cwd: root, encoding: 'utf8' }).trim();
  };
  git('init', '--quiet');
  git('add', 'data');
  git('commit', '--quiet', '--message', 'first');
  git('tag', 'v1');
  const commit = git('rev-parse', 'HEAD');
  expect(await provenance()).toMatchObject({ commit, isDirty: false });
  write('data/words.txt', 'other');
  expect(await provenance()).toMatchObject({ commit, isDirty: true });
});
