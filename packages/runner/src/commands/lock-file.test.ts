import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TestWorkspace } from '../execution/test-workspace.suite.ts';
import { createTestWorkspace, diamondPipeline, named } from '../execution/test-workspace.suite.ts';
import { collectGarbage } from './collect-garbage.ts';
import { readPipelineStatus } from './pipeline-status.ts';
import type { SharedPipeline } from './share-pipeline.ts';
import { sharePipeline } from './share-pipeline.ts';

const lockedPipeline = `name: locked
params: { word: w, home: '\${{ env.HOME }}' }
stages:
  first: { uses: join, inputs: { source: data/source.txt }, with: { word: '\${{ params.word }}' }, outputs: [text] }
  second: { uses: join, inputs: { first: '\${{ stages.first.text }}' }, with: { word: '\${{ params.home }}' }, outputs: [text] }
`;

function pull({ root, stages }: TestWorkspace, remote: string): Promise<SharedPipeline> {
  return sharePipeline('pull', { file: 'pipeline.yaml', stages, workspace: root, remote });
}

it('a lock file is written when asked for, and follows what the commit makes', async () => {
  const { root, run, read, write } = createTestWorkspace(lockedPipeline);
  await run();
  expect(existsSync(join(root, 'pipeline.lock'))).toBe(false);
  await run({ lock: true, dryRun: true });
  expect(existsSync(join(root, 'pipeline.lock'))).toBe(false);
  const { lockFile, stages } = await run({ lock: true });
  expect(lockFile).toBe(join(root, 'pipeline.lock'));
  const text = read('pipeline.lock');
  expect(text)
    .toBe(`# Written by \`limber pipeline run\`. Commit it: \`limber pipeline pull\` fetches these outputs.
params:
  home: \${{ env.HOME }}
  word: w
stages:
  first:
    fingerprint: ${stages[0]!.fingerprint}
    outputs:
      text:
        digest: 0cb5e64bb50ab5496e44ae27b59ffda283a23f15d8163080b622ea7b414b8c6c
        kind: file
        sizeBytes: 4
  second:
    fingerprint: ${stages[1]!.fingerprint}
    outputs:
      text:
        digest: ${/second:[^]*digest: (\w+)/.exec(text)![1]}
        kind: file
        sizeBytes: ${process.env['HOME']!.length + 6}
version: 1
`);
  expect((await run()).lockFile).toBeUndefined();
  await run({ overrides: ['word=v'] });
  expect(read('pipeline.lock')).toBe(text);
  write('data/source.txt', 'S');
  await run({ only: ['first'] });
  expect(read('pipeline.lock')).toBe(text);
  write('stages/label.mjs', 'export const label = () => { throw new Error("broken"); };\n');
  expect((await run()).outcome).toBe('failed');
  expect(read('pipeline.lock')).toBe(text);
  write('stages/label.mjs', 'export const label = (word) => word;\n');
  expect((await run()).lockFile).toBe(join(root, 'pipeline.lock'));
  expect(read('pipeline.lock')).not.toBe(text);
});

it('a fresh clone with a lock file pulls its outputs, though code and inputs are other ones', async () => {
  const theirs = createTestWorkspace(diamondPipeline);
  const remote = join(theirs.root, 'shared');
  await theirs.run({ remote, lock: true });
  const ours = createTestWorkspace(diamondPipeline);
  ours.write('pipeline.lock', theirs.read('pipeline.lock'));
  ours.write('stages/label.mjs', 'export const label = () => "other";\n');
  rmSync(join(ours.root, 'data'), { recursive: true });
  const { stages, missing, outputs } = await pull(ours, remote);
  expect([stages.toSorted(), missing]).toEqual([['bottom', 'left', 'right', 'top'], []]);
  const text = readFileSync(outputs['bottom']!['text']!, 'utf8');
  expect(text).toBe(theirs.read('runs/diamond/latest/bottom/final/text.txt'));
  expect(await collectGarbage({ workspace: ours.root })).toMatchObject({
    artifacts: 0,
    objects: 0,
  });
  expect(readdirSync(ours.root)).not.toContain('runs');
});

it('pull says what the remote store does not have, or has otherwise', async () => {
  const theirs = createTestWorkspace(lockedPipeline);
  const remote = join(theirs.root, 'shared');
  await theirs.run({ remote, lock: true });
  const text = theirs.read('pipeline.lock');
  const ours = createTestWorkspace(lockedPipeline);
  const [first, second] = [...text.matchAll(/fingerprint: (\w+)/g)].map(([, digest]) => digest!);
  ours.write('pipeline.lock', text.replace(second!, 'f'.repeat(64)));
  expect(await pull(ours, remote)).toMatchObject({ stages: ['first'], missing: ['second'] });
  ours.write('pipeline.lock', text.replace(second!, first!));
  await expect(pull(ours, remote)).rejects.toThrow(
    /^Stage "second": output "text" is not the one of the lock file \(expected \w{12}, got 0cb5e64bb50a\)\. It was made again since; the lock file of a later commit may name it\.$/,
  );
});

it('status says what the lock file does not agree with', async () => {
  const { root, run, stages, write } = createTestWorkspace(lockedPipeline);
  const status = () => readPipelineStatus({ file: 'pipeline.yaml', stages, workspace: root });
  await run();
  expect((await status()).lock).toBeNull();
  await run({ lock: true });
  expect((await status()).lock).toEqual({ file: 'pipeline.lock', differing: [] });
  write('data/source.txt', 'S');
  expect((await status()).lock!.differing).toEqual(['first', 'second']);
});

it('a lock file that says something else is an error, until a run writes it anew', async () => {
  const workspace = createTestWorkspace(lockedPipeline);
  const { root, run } = workspace;
  const file = join(root, 'pipeline.lock');
  const cases = [
    ['<<<<<<< HEAD\nversion: 1', 'Implicit keys need to be on a single line at line 1, column 1:'],
    ['[]', ': Invalid input: expected object, received array'],
    [
      'version: 1\nparams: {}\nstages: { a: { fingerprint: ../../x, outputs: {} } }',
      'stages.a.fingerprint: expected a sha256',
    ],
  ];
  for (const [text, why] of cases) {
    writeFileSync(file, text!);
    await expect(pull(workspace, 'shared')).rejects.toThrow(
      `The lock file ${file} cannot be read: ${why}. Take it from git again, or let "limber pipeline run <name> --lock" write it anew.`,
    );
  }
  expect(named(await run(), 'ran')).toEqual(['first', 'second']);
  expect((await pull(workspace, 'shared')).missing).toEqual([]);
});
