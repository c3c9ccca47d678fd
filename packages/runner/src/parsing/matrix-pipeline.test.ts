import { expect, it } from 'vitest';
import type { TestWorkspace } from '../execution/test-workspace.suite.ts';
import { because, createTestWorkspace, named } from '../execution/test-workspace.suite.ts';
import { PipelineError } from '../pipeline-error.ts';
import { loadPipeline } from './load-pipeline.ts';
import type { ResolvedPipeline } from './resolved-pipeline.ts';

function load(
  workspace: TestWorkspace,
  overrides: readonly string[] = [],
): Promise<ResolvedPipeline> {
  const { root, stages } = workspace;
  return loadPipeline({
    file: 'pipeline.yaml',
    stages,
    workspace: root,
    overrides,
    environment: { GREETING: 'hello' },
  });
}

async function problemsOf(text: string): Promise<string[]> {
  try {
    await load(createTestWorkspace(text));
  } catch (error) {
    if (error instanceof PipelineError) return error.diagnostics.map(({ message }) => message);
    throw error;
  }
  return [];
}

const matrixPipeline = `name: matrix
params: { words: [x, y], isFull: true, mode: quick }
stages:
  make:
    matrix:
      word: \${{ params.words }}
      size: [1, 2]
      exclude: [{ word: y, size: 2 }]
    uses: join
    with: { word: '\${{ matrix.word }}\${{ matrix.size }}' }
    outputs: [text]
  check:
    matrix: { word: '\${{ params.words }}', size: [1] }
    uses: join
    inputs: { made: '\${{ stages.make.text }}' }
    outputs: [text]
  perWord:
    matrix: { word: '\${{ params.words }}' }
    uses: join
    inputs: { made: '\${{ stages.make.text }}' }
    outputs: [text]
  full:
    when: \${{ params.isFull }}
    uses: join
    inputs: { all: '\${{ stages.make.text }}' }
    outputs: [text]
  slow:
    when: \${{ params.mode }} == full
    uses: join
    outputs: [text]
  last:
    uses: join
    needs: slow
    inputs: { 'full?': '\${{ stages.full.text }}', checked: '\${{ stages.check.text }}' }
    outputs: [text]
  afterFull:
    uses: join
    inputs: { full: '\${{ stages.full.text }}' }
    outputs: [text]
`;

it('a matrix makes a stage of each combination, and readers take the members they agree with', async () => {
  const workspace = createTestWorkspace(matrixPipeline);
  const result = await workspace.run();
  expect(result.outcome).toBe('done');
  expect(named(result, 'ran')).toEqual([
    'make@x-1',
    'make@x-2',
    'make@y-1',
    'check@x-1',
    'check@y-1',
    'perWord@x',
    'perWord@y',
    'full',
    'last',
    'afterFull',
  ]);
  const read = (stage: string): string => workspace.read(`runs/matrix/latest/${stage}/text`);
  expect(read('make@y-1')).toBe('y1()');
  expect(read('check@y-1')).toBe('(y1())');
  expect(read('perWord@x')).toBe('(x1()+x2())');
  expect(read('perWord@y')).toBe('(y1())');
  expect(read('full')).toBe('(x1()+x2()+y1())');
  expect(read('last')).toBe('((x1())+(y1()),(x1()+x2()+y1()))');
  expect(because(result, 'slow')).toEqual(['when: quick == full is false']);
  const other = await workspace.run({ overrides: ['words=[x, z]'] });
  expect(named(other, 'ran')).toEqual([
    'make@z-1',
    'make@z-2',
    'check@z-1',
    'perWord@z',
    'full',
    'last',
    'afterFull',
  ]);
  expect(named(await workspace.run({ force: ['make'] }), 'ran')).toEqual([
    'make@x-1',
    'make@x-2',
    'make@y-1',
  ]);
});

it('a stage that is left out takes along those that read it, unless they can do without', async () => {
  const workspace = createTestWorkspace(matrixPipeline);
  const result = await workspace.run({ overrides: ['isFull=false'] });
  expect(result.outcome).toBe('done');
  expect(named(result, 'skipped')).toEqual(['full', 'slow', 'afterFull']);
  expect(because(result, 'full')).toEqual(['when: ${{ params.isFull }} is false']);
  expect(because(result, 'afterFull')).toEqual(['reads "full", which is left out']);
  expect(workspace.read('runs/matrix/latest/last/text')).toBe('((x1())+(y1()))');
});

it('says what is wrong with a matrix, and with references to it', async () => {
  const stage = (text: string): Promise<string[]> =>
    problemsOf(
      `name: bad\nparams: { none: [] }\nstages:\n  a:\n    uses: join\n    outputs: [text]\n    ${text}\n`,
    );
  expect(await stage('matrix: { word: x }')).toEqual([
    'Stage "a": matrix.word: expected array, got "x".',
  ]);
  expect(await stage('matrix: { word: [x, x] }')).toEqual([
    'Stage "a": two combinations of the matrix are called "x".',
  ]);
  expect(await stage("matrix: { word: ['x/y', 'x:y'] }")).toEqual([
    'Stage "a": two combinations of the matrix are called "x_y".',
  ]);
  expect(await stage('matrix: { word: [x], exclude: [{ wrod: x }] }')).toEqual([
    'Stage "a": "exclude" names "wrod", which is no key of the matrix.',
  ]);
  expect(await stage('matrix: { word: [x], exclude: [{ word: x }] }')).toEqual([
    'Stage "a": the matrix has no combination left.',
  ]);
  expect(await stage("matrix: { word: [x, y] }\n    with: { word: '${{ matrix.wrod }}' }")).toEqual(
    ['Stage "a": there is no matrix value "wrod". Did you mean "word"?'],
  );
  expect(await stage("with: { word: '${{ matrix.word }}' }")).toEqual([
    'Stage "a": "matrix.word" has no value here, because the stage has no matrix.',
  ]);
  expect(await stage("when: '${{ params.none }}'")).toEqual([
    'Stage "a": "when" came to [], expected true or false, or a comparison with == or !=.',
  ]);
});

it('reads the environment, and asks for what is not set', async () => {
  const text = (variable: string): string =>
    `name: env\nstages:\n  a: { uses: join, with: { word: '\${{ env.${variable} }}!' }, outputs: [text] }\n`;
  const { stages } = await load(createTestWorkspace(text('GREETING')));
  expect(stages[0]!.params).toEqual({ word: 'hello!' });
  expect(await problemsOf(text('NOT_SET'))).toEqual([
    'Stage "a" needs the environment variable NOT_SET, which is not set.',
  ]);
});

it('defaults hold for all stages, and their own values come first', async () => {
  const { stages } = await load(
    createTestWorkspace(`name: defaults
defaults:
  env: [HOME]
  resources: { cpu: 2, memory: 1.5GB }
  timeout: 10m
  retry: { times: 2, delay: 5s }
stages:
  a: { run: echo, timeout: 90s, env: [USER], resources: { gpu: 1 } }
  b: { run: echo, retry: { times: 1, exitCodes: [3], messages: [busy] } }
`),
  );
  expect(stages[0]).toMatchObject({
    environment: ['HOME', 'USER'],
    resources: { cpu: 2, memoryBytes: 1.5e9, gpu: 1 },
    timeoutMs: 90_000,
    retry: { times: 2, delay: 5000, exitCodes: [75], messages: [] },
  });
  expect(stages[1]).toMatchObject({
    environment: ['HOME'],
    resources: { cpu: 2, memoryBytes: 1.5e9, gpu: 0 },
    timeoutMs: 600_000,
    retry: { times: 1, delay: 1000, exitCodes: [3], messages: ['busy'] },
  });
});

it('a pipeline that extends another changes parts of it, each with its own place', async () => {
  const workspace = createTestWorkspace(`name: child
extends: base.yaml
params: { word: child }
stages:
  b: null
  a: { with: { word: '\${{ params.word }}' } }
`);
  workspace.write(
    'base.yaml',
    `name: base
params: { word: base, other: 1 }
stages:
  a: { uses: join, with: { word: w }, outputs: [text] }
  b: { uses: join, outputs: [text] }
  c: { uses: join, inputs: { a: '\${{ stages.a.txt }}' }, outputs: [text] }
`,
  );
  await expect(load(workspace)).rejects.toThrow(
    'Stage "c" reads "a/txt", but no stage writes it. Did you mean "a/text"? (base.yaml:6:33)',
  );
  workspace.write('base.yaml', workspace.read('base.yaml').replace('a.txt', 'a.text'));
  const { name, stages } = await load(workspace);
  expect(name).toBe('child');
  expect(stages.map((stage) => [stage.name, stage.params])).toEqual([
    ['a', { word: 'child' }],
    ['c', {}],
  ]);
  workspace.write('base.yaml', 'name: base\nextends: pipeline.yaml\n');
  await expect(load(workspace)).rejects.toThrow(
    'Pipelines extend each other in a cycle: pipeline.yaml → base.yaml → pipeline.yaml. (base.yaml:2:10)',
  );
  workspace.write('pipeline.yaml', 'name: out\nextends: ../../etc/hostname\nstages: {}\n');
  await expect(load(workspace)).rejects.toThrow(/^The pipeline extends "..\/..\/etc\/hostname"/);
});

it('sets parameters that the schema of a stage knows, though the file does not list them', async () => {
  const workspace = createTestWorkspace(`name: hidden
params: { join: { exitCode: 3 } }
stages:
  a: { uses: join, with: '\${{ params.join }}', outputs: [text] }
`);
  const { stages } = await load(workspace, ['join.word=hello']);
  expect(stages[0]!.params).toEqual({ exitCode: 3, word: 'hello' });
  expect(stages[0]!.labelOf(['word'])).toBe('params.join.word');
  for (const key of ['join.wrod', 'joni.word', 'join.word.more', '__proto__.polluted']) {
    await expect(load(workspace, [`${key}=1`])).rejects.toThrow(`Unknown parameter "${key}".`);
  }
  await expect(load(workspace, ['join.wrod=1'])).rejects.toThrow('Did you mean "join.word"?');
  expect({}).not.toHaveProperty('polluted');
});

it('a stage can be a module of the workspace, and goes on where it was left if it says so', async () => {
  const workspace = createTestWorkspace(`name: own
params: { epochs: 3 }
stages:
  train:
    uses: ./stages/count.mjs
    resumable: [epochs]
    with: { epochs: '\${{ params.epochs }}', lr: 1 }
    outputs: [model]
`);
  await workspace.run();
  await workspace.run({ overrides: ['epochs=5'] });
  expect(workspace.read('runs/own/latest/train/model')).toBe('lr 1, epochs 3 to 5');
  const uses = (text: string): Promise<string[]> =>
    problemsOf(`name: bad\nstages: { a: { uses: ${text}, outputs: [x] } }\n`);
  expect((await uses('./stages/none.mjs'))[0]).toMatch(
    /^Stage "a" uses ".\/stages\/none.mjs" \(.*\), which does not exist.$/,
  );
  expect((await uses('../../../../etc/hostname'))[0]).toMatch(
    /which (lies outside|does not exist)/,
  );
  expect(await uses('jion')).toEqual([
    'Stage "a" uses "jion", which does not exist. Did you mean "join"?',
  ]);
  expect(await uses('join, resumable: true')).toEqual([
    'Stage "a": the stage "join" says itself whether it is resumable.',
  ]);
});

it('a matrix without bound is refused before it is made', async () => {
  const ten = '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]';
  const axes = Array.from({ length: 9 }, (_, index) => `a${index}: ${ten}`).join(', ');
  const stages = `name: big\nstages:\n  a: { run: echo, matrix: { ${axes} } }\n`;
  expect((await problemsOf(stages))[0]).toBe(
    'Stage "a": the matrix has 10 x 10 x 10 x 10 x 10 x 10 x 10 x 10 x 10 = 1000000000 combinations, expected at most 1000. Take values out, or run the rest as another pipeline.',
  );
});
