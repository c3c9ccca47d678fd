import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diffRuns } from '../commands/diff-runs.ts';
import { readPipelineStatus } from '../commands/pipeline-status.ts';
import { because, createTestWorkspace, named } from './test-workspace.suite.ts';

const matrixPipeline = `name: rates
params: { rates: [0.1, 0.01], base: { scale: 2 } }
stages:
  train:
    matrix: { rate: '\${{ params.rates }}' }
    run: |
      echo '::limber {"metrics": {"AP": '\${{ matrix.rate }}'}}'
      echo '::limber {"plot": {"name": "loss", "x": 0, "y": 1}}'
    with: { <<: '\${{ params.base }}', rate: '\${{ matrix.rate }}' }
`;

it('metrics of the members of a matrix are kept apart, everywhere', async () => {
  const workspace = createTestWorkspace(matrixPipeline);
  const result = await workspace.run();
  const metrics = { 'train@0.1: AP': 0.1, 'train@0.01: AP': 0.01 };
  expect(result.metrics).toEqual(metrics);
  expect(result.stages.map(({ matrix }) => matrix)).toEqual([{ rate: 0.1 }, { rate: 0.01 }]);
  expect(JSON.parse(readFileSync(join(result.runDir!, 'run.json'), 'utf8'))).toMatchObject({
    metrics,
  });
  const page = workspace.read('runs/rates/index.html');
  expect(page).toContain(
    '<th>member</th><th>outcome</th><th>seconds</th><th>train.rate</th><th>AP</th>',
  );
  expect(page).toContain('<td>0.1</td><td>0.1</td></tr>');
  expect(page).toContain('<td>0.01</td><td>0.01</td></tr>');
  expect(page.match(/<svg/g)).toHaveLength(1);
  await workspace.run({ overrides: ['rates=[0.1, 0.5]', 'base.scale=3'] });
  const { metrics: differing } = diffRuns({ pipeline: 'rates', workspace: workspace.root });
  expect(differing).toEqual([
    { stage: 'train@0.5', name: 'AP', from: undefined, to: 0.5 },
    { stage: 'train@0.01', name: 'AP', from: 0.01, to: undefined },
  ]);
});

it('what a stage calls by the name of an object property is what it is', async () => {
  const lines = [
    '{"plot": {"name": "constructor", "x": 1, "y": 2}}',
    '{"plot": {"name": "toString", "x": 1, "y": 2}}',
    '{"metrics": {"constructor": 3, "hasOwnProperty": 4}}',
    '{"progress": "__proto__"}',
  ];
  const workspace = createTestWorkspace(
    `name: toString
params: { valueOf: { constructor: a } }
stages:
  constructor:
    matrix: { toString: [1], exclude: [] }
    run: |
      ${lines.map((line) => `echo '::limber ${line}'`).join('\n      ')}
      printf %s \${{ params.valueOf.constructor }} > "$LIMBER_OUTPUT_CONSTRUCTOR"
    outputs: [constructor, valueOf?]
  toString:
    uses: join
    inputs: { constructor: '\${{ stages.constructor.constructor }}' }
    with: { word: '\${{ params.valueOf.constructor }}' }
    outputs: { text: toString }
`.replace(', valueOf?', ''),
  );
  const result = await workspace.run({ overrides: ['valueOf.constructor=b'] });
  expect(result.outcome).toBe('done');
  expect(result.metrics).toMatchObject({
    'constructor@1: constructor': 3,
    'constructor@1: hasOwnProperty': 4,
  });
  const plots = JSON.parse(readFileSync(join(result.runDir!, 'plots.json'), 'utf8')) as object;
  expect(plots).toEqual({ 'constructor@1': { constructor: [[1, 2]], toString: [[1, 2]] } });
  expect(workspace.read('runs/toString/latest/toString')).toBe('b(b)');
  expect(workspace.read('runs/toString/index.html')).toContain('hasOwnProperty');
  expect(named(await workspace.run({ overrides: ['valueOf.constructor=b'] }), 'ran')).toEqual([]);
});

it('an environment variable that an object would have by itself is not set', async () => {
  const workspace = createTestWorkspace(
    "name: env\nstages: { a: { run: 'echo ${{ env.toString }}' } }\n",
  );
  await expect(workspace.run()).rejects.toThrow(
    'Stage "a" needs the environment variable toString, which is not set. (pipeline.yaml:2:21)',
  );
});

it('names that would be one variable of a command are refused', async () => {
  const refusal = (keys: string): Promise<unknown> =>
    createTestWorkspace(`name: same\nstages:\n  a: { run: echo, ${keys} }\n`).run();
  await expect(refusal('with: { a-b: 1, a_b: 2 }')).rejects.toThrow(
    'Stage "a": "a-b" and "a_b" are both LIMBER_PARAM_A_B for a command. Rename one of them. (pipeline.yaml:3:3)',
  );
  await expect(refusal('outputs: [Text, text]')).rejects.toThrow(
    'Stage "a": "Text" and "text" are both LIMBER_OUTPUT_TEXT for a command. Rename one of them.',
  );
  await expect(refusal('inputs: { a-b: data/source.txt, a_b: data/source.txt }')).rejects.toThrow(
    'Stage "a": "a-b" and "a_b" are both LIMBER_INPUT_A_B for a command. Rename one of them.',
  );
});

it('a value from the command line is one word of a command, and a cause by its name', async () => {
  const workspace = createTestWorkspace(`name: tag
params: { tag: x }
stages:
  a: { run: 'printf "<%s>" \${{ params.tag }} > $LIMBER_OUTPUT_TEXT', outputs: [text] }
`);
  const harm = '$(touch harm) `touch harm`; touch "harm" \'two  words\'\nline';
  await workspace.run({ overrides: [`tag=${harm}`] });
  expect(workspace.read('runs/tag/latest/a/text')).toBe(`<${harm}>`);
  expect(existsSync(join(workspace.root, 'harm'))).toBe(false);
  const again = await workspace.run({ overrides: ['tag=y'], dryRun: true });
  expect(because(again, 'a')).toEqual([
    'params.tag: "$(touch harm) `touch harm`; touch \\"harm\\" \'two  words\'\\... → "y"',
  ]);
});

it('latest leads to the last run that succeeded, and status tells of the last one', async () => {
  const workspace = createTestWorkspace(
    "name: late\nparams: { code: 0 }\nstages: { report: { run: 'echo ok > $LIMBER_OUTPUT_REPORT; exit ${{ params.code }}', outputs: [report] } }\n",
  );
  const first = await workspace.run();
  expect(workspace.read('runs/late/latest/report')).toBe('ok\n');
  const second = await workspace.run({ overrides: ['code=3'] });
  expect(second).toMatchObject({ outcome: 'failed' });
  expect(second.stages[0]).toMatchObject({
    error: 'The command ended with exit code 3.',
    lastLines: [],
  });
  expect(readFileSync(second.stages[0]!.logFile!, 'utf8')).toBe(
    'The command ended with exit code 3.\n',
  );
  expect(workspace.read('runs/late/latest/report')).toBe('ok\n');
  const status = await readPipelineStatus({
    file: 'pipeline.yaml',
    workspace: workspace.root,
    stages: [],
  });
  expect(status.latestRun).toMatchObject({ outcome: 'failed', runDir: second.runDir });
  expect((await workspace.run()).runDir).toBe(first.runDir);
});
