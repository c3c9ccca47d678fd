import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PipelineResult, RunPipelineOptions } from '@limber/runner';
import { collectGarbage, runPipeline, sharePipeline } from '@limber/runner';
import { expect, it } from 'vitest';
import {
  checkPulled,
  fingerprintsOf,
  readLockedFingerprints,
  readLockFile,
  writeLockFile,
} from './lock-file.ts';
import { lockFileOf } from './lock-file-name.ts';
import type { TestProject } from './test-project.suite.ts';
import { createTestProject } from './test-project.suite.ts';

const pipeline = `name: tiny
params: { home: '\${{ env.HOME }}' }
stages:
  sort: { run: 'sort "$LIMBER_INPUT_WORDS" > "$LIMBER_OUTPUT_SORTED"', inputs: { words: data/words.txt }, outputs: [sorted] }
  count: { run: 'wc -l < "$LIMBER_INPUT_SORTED" > "$LIMBER_OUTPUT_TOTAL"', inputs: { sorted: '\${{ stages.sort.sorted }}' }, with: { home: '\${{ params.home }}' }, outputs: [total] }
`;

const file = 'pipelines/tiny.yaml';
const sortedDigest = '2650143f563750196b88c1ecc0055f0be3f183284c1f2ed3315563fc8faf3fc7';

function run(
  { root }: TestProject,
  options: Partial<RunPipelineOptions> = {},
): Promise<PipelineResult> {
  return runPipeline({ file, stages: [], workspace: root, ...options });
}

it('a lock file says what was made, and is written only if that is new', async () => {
  const project = createTestProject(pipeline);
  const lockFile = join(project.root, lockFileOf(file));
  expect(readLockFile(lockFile)).toBeUndefined();
  const result = await run(project);
  const [sort, count] = result.stages;
  expect(writeLockFile(lockFile, result)).toBe(lockFile);
  expect(project.read('pipelines/tiny.lock'))
    .toBe(`# Written by \`limber pipeline run\`. Commit it: \`limber pipeline pull\` fetches these outputs.
params:
  home: \${{ env.HOME }}
stages:
  count:
    fingerprint: ${count!.fingerprint}
    outputs:
      total:
        digest: ${count!.contents!['total']!.digest}
        kind: file
        sizeBytes: 2
  sort:
    fingerprint: ${sort!.fingerprint}
    outputs:
      sorted:
        digest: ${sortedDigest}
        kind: file
        sizeBytes: 18
version: 1
`);
  expect(writeLockFile(lockFile, await run(project))).toBeUndefined();
  expect(readLockedFingerprints(project.root).sort()).toEqual(
    [sort!.fingerprint!, count!.fingerprint!].sort(),
  );
});

it('a fresh clone pulls what its lock file names, though code and inputs are other ones', async () => {
  const theirs = createTestProject(pipeline);
  const remote = join(theirs.root, 'shared');
  const ours = createTestProject(pipeline.replace("run: 'sort", "run: 'sort -r"));
  writeLockFile(join(ours.root, lockFileOf(file)), await run(theirs, { remote }));
  rmSync(join(ours.root, 'data'), { recursive: true });
  const lock = readLockFile(join(ours.root, lockFileOf(file)))!;
  const fingerprints = fingerprintsOf(lock);
  const place = { file, stages: [], workspace: ours.root, remote };
  const { stages, missing, pulled } = await sharePipeline('pull', { ...place, fingerprints });
  expect([[...stages].sort(), missing]).toEqual([['count', 'sort'], []]);
  expect(readFileSync(pulled['sort']!['sorted']!.path, 'utf8')).toBe('lunge\nplank\nsquat\n');
  checkPulled(lock, pulled);
  const keep = readLockedFingerprints(ours.root);
  const kept = await collectGarbage({ workspace: ours.root, keep });
  expect(kept).toMatchObject({ artifacts: 0, objects: 0 });
  expect(existsSync(join(ours.root, 'runs'))).toBe(false);
  const other = { ...fingerprints, count: 'f'.repeat(64), sort: fingerprints['count']! };
  const wrong = await sharePipeline('pull', { ...place, fingerprints: other });
  expect([wrong.stages, wrong.missing]).toEqual([['sort'], ['count']]);
  expect(() => checkPulled(lock, wrong.pulled)).toThrow(
    `stage "sort", output "sorted": the remote store has another one than the lock file names: expected ${sortedDigest}, got none. It was made again since: take the lock file of the commit that did, or make it here.`,
  );
});

it('a lock file that says something else is an error', () => {
  const { root } = createTestProject(pipeline);
  const lockFile = join(root, 'pipelines/tiny.lock');
  const cases = [
    ['[]', ': Invalid input: expected object, received array'],
    ['version: 2\nparams: {}\nstages: {}', 'version: Invalid input: expected 1'],
    [
      'version: 1\nparams: {}\nstages: { a: { fingerprint: ../../x, outputs: {} } }',
      'stages.a.fingerprint: expected a sha256',
    ],
  ];
  for (const [text, what] of cases) {
    writeFileSync(lockFile, text!);
    expect(() => readLockFile(lockFile)).toThrow(
      `${lockFile}: ${what}. Take it from git again, or let \`limber pipeline run <name> --lock\` write it anew.`,
    );
  }
  writeFileSync(lockFile, '<<<<<<< HEAD\nversion: 1\n=======\nversion: 1\n>>>>>>> other\n');
  expect(() => readLockFile(lockFile)).toThrow('Take it from git again');
});

it('an output that can be executed is named as the store names it', async () => {
  const project = createTestProject(`name: tiny
stages:
  make: { run: 'echo exit > "$LIMBER_OUTPUT_TOOL"; chmod +x "$LIMBER_OUTPUT_TOOL"', cache: true, outputs: [tool] }
`);
  const lockFile = join(project.root, lockFileOf(file));
  const result = await run(project);
  const { digest } = result.stages[0]!.contents!['tool']!;
  expect(digest).toMatch(/^[0-9a-f]{64}\.x$/);
  writeLockFile(lockFile, result);
  expect(readLockFile(lockFile)!.stages['make']!.outputs['tool']!.digest).toBe(digest);
});
