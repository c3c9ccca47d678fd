import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TestWorkspace } from '../execution/test-workspace.suite.ts';
import { createTestWorkspace, named } from '../execution/test-workspace.suite.ts';
import { listExperiments } from './list-experiments.ts';
import type { SweepOptions } from './sweep-pipeline.ts';
import { sweepPipeline } from './sweep-pipeline.ts';

const swept = `name: swept
params: { train: { word: a, fail: '' }, seed: 1 }
stages:
  data: { uses: join, inputs: { source: data/source.txt }, outputs: [text] }
  train:
    uses: join
    inputs: { data: '\${{ stages.data.text }}' }
    with: \${{ params.train }}
    outputs: [text]
`;

const listed = `name: listed
params: { sizes: [1, 2], label: x }
stages:
  show: { run: 'echo "$LIMBER_PARAM_SIZES $LIMBER_PARAM_LABEL" > "$LIMBER_OUTPUT_TEXT"', with: { sizes: '\${{ params.sizes }}', label: '\${{ params.label }}' }, outputs: [text] }
`;

function sweep(
  { root, stages }: TestWorkspace,
  overrides: readonly string[],
  options: Partial<SweepOptions> = {},
): ReturnType<typeof sweepPipeline> {
  const place = { file: 'pipeline.yaml', stages, workspace: root };
  return sweepPipeline({ ...place, overrides, maxRuns: 100, ...options });
}

it('a sweep runs every combination, what they share once, and goes on after a failure', async () => {
  const workspace = createTestWorkspace(swept);
  const started: string[] = [];
  const results = await sweep(workspace, ['train.word=bb,ccc', "train.fail='',broken"], {
    onRun: ({ overrides, number, count }) =>
      void started.push(`${number}/${count} ${overrides.join(' ')}`),
  });
  expect(started).toEqual([
    '1/4 train.word=bb train.fail=""',
    '2/4 train.word=bb train.fail=broken',
    '3/4 train.word=ccc train.fail=""',
    '4/4 train.word=ccc train.fail=broken',
  ]);
  expect(results.map((result) => [result.outcome, named(result, 'ran')])).toEqual([
    ['done', ['data', 'train']],
    ['failed', []],
    ['done', ['train']],
    ['failed', []],
  ]);
  const again = await sweep(workspace, ['train.word=bb,ccc,dddd']);
  expect(again.map((result) => named(result, 'ran'))).toEqual([[], [], ['train']]);
});

it('values are separated as in a YAML list', async () => {
  const workspace = createTestWorkspace(listed);
  const results = await sweep(workspace, ['sizes=[160,128],[3]', 'label="a,b"', 'label=c']);
  expect(results.map(({ overrides }) => overrides.join(' '))).toEqual([
    'sizes=[160, 128] label="a,b"',
    'sizes=[160, 128] label=c',
    'sizes=[3] label="a,b"',
    'sizes=[3] label=c',
  ]);
  expect(workspace.read('runs/listed/latest/show/text')).toBe('[3] c\n');
});

it('a sweep that is wrong is an error, and nothing runs', async () => {
  const workspace = createTestWorkspace(swept);
  await expect(sweep(workspace, ['seed=1,2,3', 'train.word=a,b'], { maxRuns: 5 })).rejects.toThrow(
    'The sweep has 6 combinations, expected at most 5. Give fewer values, or allow more with --max-runs.',
  );
  await expect(sweep(workspace, ['seed'])).rejects.toThrow(
    'Expected --set <parameter>=<value>,<value>, got "seed": there is no value.',
  );
  await expect(sweep(workspace, ['train.word=b,[c'])).rejects.toThrow(
    'Expected --set <parameter>=<value>,<value>, got "train.word=b,[c": Flow sequence must end with a ].',
  );
  await expect(sweep(workspace, ['train.word=b,3'])).rejects.toThrow('(--set train.word=3)');
  expect(listExperiments({ pipeline: 'swept', workspace: workspace.root })).toEqual([]);
});

it('experiments are compared by what differs, each result once', async () => {
  const workspace = createTestWorkspace(swept);
  const options = { pipeline: 'swept', workspace: workspace.root };
  const overrides = ['train.word=bb,ccc'];
  await sweep(workspace, overrides);
  const [first, second] = listExperiments(options);
  expect([first!.params, first!.metrics]).toEqual([{ 'train.word': 'bb' }, { length: 7 }]);
  expect([second!.params, second!.metrics]).toEqual([{ 'train.word': 'ccc' }, { length: 8 }]);
  expect(first).toMatchObject({ outcome: 'done', commit: null, isDirty: false });
  await sweep(workspace, overrides);
  expect(listExperiments(options).map(({ run }) => run)).toEqual([first!.run, second!.run]);
  const killed = join(workspace.root, 'runs/swept', second!.run, 'run.json');
  const summary = JSON.parse(workspace.read(`runs/swept/${second!.run}/run.json`)) as object;
  writeFileSync(killed, JSON.stringify({ ...summary, outcome: 'running', process: 'gone' }));
  rmSync(join(workspace.root, '.limber'), { recursive: true });
  expect(listExperiments(options)[1]!.outcome).toBe('running');
});
