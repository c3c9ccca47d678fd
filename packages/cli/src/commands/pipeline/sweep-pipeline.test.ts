import { join } from 'node:path';
import { rmSync } from 'node:fs';
import type { PipelineResult, StageOutcome } from '@limber/runner';
import { readPipelineStatus } from '@limber/runner';
import { expect, it } from 'vitest';
import { listExperiments } from './list-experiments.ts';
import type { SweepOptions, SweepResult } from './sweep-pipeline.ts';
import { sweepPipeline } from './sweep-pipeline.ts';
import type { TestProject } from './test-project.suite.ts';
import { createTestProject } from './test-project.suite.ts';

const pipeline = `name: tiny
params: { word: a, sizes: [1, 2] }
stages:
  sort: { run: 'sort "$LIMBER_INPUT_WORDS" > "$LIMBER_OUTPUT_SORTED"', inputs: { words: data/words.txt }, outputs: [sorted] }
  count:
    run: |
      test "$LIMBER_PARAM_WORD" != fail || exit 3
      echo "::limber {\\"metrics\\": {\\"length\\": $(printf %s "$LIMBER_PARAM_WORD" | wc -c)}}"
      echo "$LIMBER_PARAM_SIZES $LIMBER_PARAM_WORD" > "$LIMBER_OUTPUT_TOTAL"
    inputs: { sorted: '\${{ stages.sort.sorted }}' }
    with: { word: '\${{ params.word }}', sizes: '\${{ params.sizes }}' }
    outputs: [total]
`;

function sweep(
  { root }: TestProject,
  overrides: readonly string[],
  options: Partial<SweepOptions> = {},
): Promise<SweepResult[]> {
  const place = { file: 'pipelines/tiny.yaml', stages: [], workspace: root };
  return sweepPipeline({ ...place, overrides, maxRuns: 100, ...options });
}

const named = ({ stages }: PipelineResult, outcome: StageOutcome): string[] =>
  stages.filter((stage) => stage.outcome === outcome).map(({ name }) => name);

it('a sweep runs every combination, what they share once, and goes on after a failure', async () => {
  const project = createTestProject(pipeline);
  const started: string[] = [];
  const results = await sweep(project, ['word=bb,fail,ccc'], {
    onRun: ({ overrides, number, count }) =>
      void started.push(`${number}/${count} ${overrides.join(' ')}`),
  });
  expect(started).toEqual(['1/3 word=bb', '2/3 word=fail', '3/3 word=ccc']);
  expect(results.map((result) => [result.outcome, named(result, 'ran')])).toEqual([
    ['done', ['sort', 'count']],
    ['failed', []],
    ['done', ['count']],
  ]);
  const again = await sweep(project, ['word=bb,ccc,dddd']);
  expect(again.map((result) => named(result, 'ran'))).toEqual([[], [], ['count']]);
});

it('values are separated as in a YAML list', async () => {
  const project = createTestProject(pipeline);
  const results = await sweep(project, ['sizes=[160,128],[3]', 'word="a,b"', 'word=c']);
  expect(results.map(({ overrides }) => overrides.join(' '))).toEqual([
    'sizes=[160, 128] word="a,b"',
    'sizes=[160, 128] word=c',
    'sizes=[3] word="a,b"',
    'sizes=[3] word=c',
  ]);
  expect(project.read('runs/tiny/latest/count/total')).toBe('[3] c\n');
});

it('a sweep that is wrong is an error, and nothing runs', async () => {
  const project = createTestProject(pipeline);
  const { root } = project;
  await expect(sweep(project, ['sizes=1,2,3', 'word=a,b'], { maxRuns: 5 })).rejects.toThrow(
    'limber pipeline sweep: 6 combinations: expected at most 5. Give fewer values, or allow more with --max-runs.',
  );
  await expect(sweep(project, ['word'])).rejects.toThrow(
    '--set word: it has no value: expected <parameter>=<value>,<value>.',
  );
  await expect(sweep(project, ['word=b,[c'])).rejects.toThrow(
    '--set word=b,[c: Flow sequence must end with a ]: expected <parameter>=<value>,<value>.',
  );
  await expect(sweep(project, ['word=a', 'wrod=b'])).rejects.toThrow(
    'Unknown parameter "wrod". Did you mean "word"?',
  );
  expect(listExperiments('tiny', root)).toEqual([]);
});

it('experiments are compared by what differs, each result once', async () => {
  const project = createTestProject(pipeline);
  const { root } = project;
  await sweep(project, ['word=bb,ccc']);
  const [first, second] = listExperiments('tiny', root);
  expect([first!.params, first!.metrics]).toEqual([{ 'count.word': 'bb' }, { length: 2 }]);
  expect([second!.params, second!.metrics]).toEqual([{ 'count.word': 'ccc' }, { length: 3 }]);
  expect(first).toMatchObject({ outcome: 'done', commit: null, isDirty: false });
  await sweep(project, ['word=bb,ccc']);
  expect(listExperiments('tiny', root).map(({ run }) => run)).toEqual([first!.run, second!.run]);
});

it('experiments and status say alike which run was killed, of other containers too', async () => {
  const project = createTestProject(pipeline);
  const { root, write } = project;
  await sweep(project, ['word=bb']);
  const file = `runs/tiny/${listExperiments('tiny', root)[0]!.run}/run.json`;
  const summary = JSON.parse(project.read(file)) as { process: string };
  const outcomes = async (process: string): Promise<unknown> => {
    write(file, JSON.stringify({ ...summary, outcome: 'running', process }));
    const place = { file: 'pipelines/tiny.yaml', stages: [], workspace: root };
    const { latestRun } = await readPipelineStatus(place);
    return [listExperiments('tiny', root)[0]!.outcome, latestRun!.outcome];
  };
  expect(await outcomes(summary.process.replace(/~\d+~/, '~999999999~'))).toEqual([
    'killed',
    'killed',
  ]);
  // nobody here can see a process of another container: as long as its private folder is there, it may live
  const elsewhere = summary.process.replace(/~[^~]+~/, '~elsewhere.1~');
  write(`.limber/staging/${elsewhere}~0123456789ab/work`, 'pipeline tiny');
  expect(await outcomes(elsewhere)).toEqual(['running', 'running']);
  rmSync(join(root, '.limber/staging'), { recursive: true });
  expect(await outcomes(elsewhere)).toEqual(['killed', 'killed']);
});
