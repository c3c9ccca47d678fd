import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { PipelineError } from '../pipeline-error.ts';
import type { StageDefinition } from '../stage-definition.ts';
import { loadPipeline } from './load-pipeline.ts';
import type { ResolvedPipeline } from './resolved-pipeline.ts';

const definitions: readonly StageDefinition[] = [
  { name: 'synthesize', module: 'file:///synthesize.js', params: z.object({ clips: z.int() }) },
  {
    name: 'train',
    module: 'file:///train.js',
    params: z.object({
      epochs: z.int().min(1).default(20),
      lr: z.number().default(0.001),
      optimizer: z.enum(['adamw', 'sgd']).optional(),
      schedule: z.object({ warmup: z.number() }).optional(),
    }),
  },
];

async function load(text: string, overrides: readonly string[] = []): Promise<ResolvedPipeline> {
  const workspace = mkdtempSync(join(tmpdir(), 'limber-runner-'));
  onTestFinished(() => rmSync(workspace, { recursive: true, force: true }));
  mkdirSync(join(workspace, 'data'));
  writeFileSync(join(workspace, 'tiny.yaml'), text);
  return loadPipeline({ file: 'tiny.yaml', stages: definitions, overrides, workspace });
}

/** All messages, as a person sees them. */
async function problemsOf(text: string, overrides: readonly string[] = []): Promise<string[]> {
  try {
    await load(text, overrides);
  } catch (error) {
    if (error instanceof PipelineError) return error.message.split('\n');
    throw error;
  }
  return [];
}

const sound = `name: tiny
params:
  seed: 1
  data: null
  train: { epochs: 3, lr: 0.5 }
stages:
  make:
    uses: synthesize
    with: { clips: '\${{ params.seed }}' }
    outputs: [dataset]
  train:
    uses: train
    inputs: { train: '\${{ stages.make.dataset }}' }
    with: \${{ params.train }}
    outputs: [model]
`;

it('puts parameters in their places with their types', async () => {
  const { stages } = await load(sound, ['train.epochs=7', 'seed=2']);
  expect(stages.map(({ params }) => params)).toEqual([{ clips: 2 }, { epochs: 7, lr: 0.5 }]);
  expect(stages[1]!.labelOf(['epochs'])).toBe('params.train.epochs');
  expect(stages[0]!.labelOf(['clips'])).toBe('params.seed');
  expect(stages[1]!.labelOf(['optimizer'])).toBe('with.optimizer');
});

it('follows parameters that refer to others', async () => {
  const text = sound.replace('epochs: 3', "epochs: '${{ params.seed }}'");
  const { stages } = await load(text, ['seed=9']);
  expect(stages[1]!.params).toEqual({ epochs: 9, lr: 0.5 });
  expect(stages[1]!.labelOf(['epochs'])).toBe('params.seed');
  expect(await problemsOf(sound.replace('seed: 1', 'seed: ${{ params.seed }}'))).toContain(
    'Parameters refer to each other in a cycle: seed → seed. (tiny.yaml:9:20)',
  );
});

it('finds every problem of a file at once, with place and nearest name', async () => {
  const text = `name: tiny
stagez: 1
params: { train: { epochs: 3, epoks: 4, optimizer: adam } }
stages:
  make:
    uses: synthesise
    outputs: [dataset]
    outputz: [x]
  pack:
    uses: synthesize
    inputs: { dataset: \${{ stages.make.dataset }} }
    outputs: [train, valid]
  train:
    uses: train
    needs: [pakc]
    inputs:
      val: \${{ stages.pack.val }}
    with: \${{ params.train }}
    outputs: { model: ../model }
  both:
    uses: train
    run: echo
`;
  expect((await problemsOf(text)).join('\n')).toBe(
    `Unexpected flow-map-start at node end. A reference within { } or [ ] needs quotes around it. (tiny.yaml:11:25)
  11 |     inputs: { dataset: \${{ stages.make.dataset }} }
     |                         ~`,
  );
  const quoted = text.replace(
    'dataset: ${{ stages.make.dataset }}',
    "d: '${{ stages.make.dataset }}'",
  );
  expect((await problemsOf(quoted)).join('\n')).toBe(
    `Pipeline: unknown key "stagez". Did you mean "stages"? (tiny.yaml:2:1)
   2 | stagez: 1
     | ~~~~~~
Stage "make": unknown key "outputz". Did you mean "outputs"? (tiny.yaml:8:5)
   8 |     outputz: [x]
     |     ~~~~~~~
Stage "train" needs "pakc", but there is no such stage. Did you mean "pack"? (tiny.yaml:15:13)
  15 |     needs: [pakc]
     |             ~~~~
Stage "train" reads "pack/val", but no stage writes it. Did you mean "pack/valid"? (tiny.yaml:17:12)
  17 |       val: \${{ stages.pack.val }}
     |            ~~~~~~~~~~~~~~~~~~~~~~
Stage "train": output "model" must lie inside the stage's own folder, got "../model". Use a relative path without "..". (tiny.yaml:19:23)
  19 |     outputs: { model: ../model }
     |                       ~~~~~~~~
Stage "both": expected either "uses" or "run", got both. (tiny.yaml:20:3)
  20 |   both:
     |   ~~~~`,
  );
});

it('shows the way round a cycle', async () => {
  const text = `name: tiny
stages:
  a: { run: echo, needs: [c], outputs: [x] }
  b: { run: echo, inputs: { x: '\${{ stages.a.x }}' }, outputs: [y] }
  c: { run: echo, inputs: { y: '\${{ stages.b.y }}' } }
`;
  expect((await problemsOf(text)).join('\n')).toBe(
    `Stages need each other in a cycle: a → c → b → a. (tiny.yaml:4:32)
   4 |   b: { run: echo, inputs: { x: '\${{ stages.a.x }}' }, outputs: [y] }
     |                                ~~~~~~~~~~~~~~~~~~~`,
  );
});

it('refuses duplicate keys, missing stages and names that are no names', async () => {
  expect(await problemsOf('name: a\nname: b\nstages: {}\n')).toContain(
    'Map keys must be unique. (tiny.yaml:2:1)',
  );
  expect(await problemsOf('name: a\n')).toEqual([
    'Pipeline: "stages" is missing, expected record. (tiny.yaml:1:1)',
    '   1 | name: a',
    '     | ~~~~~~~',
  ]);
  expect(await problemsOf('name: ../a\nstages: { "b c": { run: echo } }\n')).toEqual([
    'Pipeline: name: expected a letter, then letters, digits, "_" or "-", got "../a". (tiny.yaml:1:7)',
    '   1 | name: ../a',
    '     |       ~~~~',
    'Pipeline: "stages.b c" is no valid name: expected a letter, then letters, digits, "_" or "-". (tiny.yaml:2:11)',
    '   2 | stages: { "b c": { run: echo } }',
    '     |           ~~~~~',
  ]);
});

it('checks parameters by the schema of the stage and points to where the value was set', async () => {
  const text = sound.replace(
    'lr: 0.5',
    'lr: fast, epoks: 4, optimizer: adam, schedule: { warmpu: 1 }',
  );
  expect((await problemsOf(text, ['train.epochs=0'])).join('\n')).toBe(
    `Stage "train": params.train.epochs: expected number to be >=1, got 0. (--set train.epochs=0)
Stage "train": params.train.lr: expected number, got "fast". (tiny.yaml:5:27)
   5 |   train: { epochs: 3, lr: fast, epoks: 4, optimizer: adam, schedule: { warmpu: 1 } }
     |                           ~~~~
Stage "train": params.train.optimizer: expected "adamw" or "sgd", got "adam". Did you mean "adamw"? (tiny.yaml:5:54)
   5 |   train: { epochs: 3, lr: fast, epoks: 4, optimizer: adam, schedule: { warmpu: 1 } }
     |                                                      ~~~~
Stage "train": "params.train.schedule.warmup" is missing, expected number. (tiny.yaml:5:60)
   5 |   train: { epochs: 3, lr: fast, epoks: 4, optimizer: adam, schedule: { warmpu: 1 } }
     |                                                            ~~~~~~~~`,
  );
});

it('refuses a key that the schema would drop', async () => {
  const text = sound.replace('lr: 0.5', 'epoks: 4, schedule: { warmup: 1, warmpu: 1 }');
  expect((await problemsOf(text)).join('\n')).toBe(
    `Stage "train": unknown key "params.train.epoks". Did you mean "epochs"? (tiny.yaml:5:23)
   5 |   train: { epochs: 3, epoks: 4, schedule: { warmup: 1, warmpu: 1 } }
     |                       ~~~~~
Stage "train": unknown key "params.train.schedule.warmpu". Did you mean "warmup"? (tiny.yaml:5:56)
   5 |   train: { epochs: 3, epoks: 4, schedule: { warmup: 1, warmpu: 1 } }
     |                                                        ~~~~~~`,
  );
});

it('refuses overrides of parameters that do not exist', async () => {
  expect(
    await problemsOf(sound, ['train.epoch=2', 'x', 'quite.other=1', 'train=2', 'seed=[1']),
  ).toEqual([
    'Unknown parameter "train.epoch". Did you mean "train.epochs"? (--set train.epoch=2)',
    'Expected --set <parameter>=<value>, got "x". (--set x)',
    'Unknown parameter "quite.other". Expected one of: seed, data, train.epochs, train.lr, train.optimizer, train.schedule.warmup, make.clips. (--set quite.other=1)',
    'Parameter "train" is a group, set one of its members: train.epochs, train.lr. (--set train=2)',
    'Stage "make": params.seed: expected number, got "[1". (--set seed=[1)',
  ]);
});

it('asks for a parameter that has no value, unless the input is optional', async () => {
  const inputs = (text: string): string => sound.replace('inputs: {', `inputs: { ${text},`);
  expect(await problemsOf(inputs("a: '${{ params.data }}/annotations.json'"))).toEqual([
    'Stage "train" needs the parameter "data", which has no value. Pass --set data=<path>. (tiny.yaml:13:18)',
    expect.stringContaining('annotations.json'),
    expect.stringContaining('~~~'),
  ]);
  expect(await problemsOf(inputs("a: '${{ params.dada }}'"))).toContain(
    'Stage "train": there is no parameter "dada". Did you mean "data"? (tiny.yaml:13:18)',
  );
  const optional = inputs("a?: '${{ params.data }}/val.json'");
  const { stages } = await load(optional);
  expect(stages[1]!.inputs.map(({ name }) => name)).toEqual(['train']);
  expect((await problemsOf(optional, ['data=data']))[0]).toMatch(
    /^Stage "train" reads "data\/val.json" \(.*\/data\/val.json\), which does not exist. \(tiny.yaml:13:19\)$/,
  );
});

it('explains what a reference can be', async () => {
  const text = `name: tiny
params: { data: [1] }
stages:
  a: { run: 'echo \${{ process.env.HOME }} \${{ params.data }}', outputs: [x, y/z], with: '\${{ stages.a.x }}' }
  b: { run: echo, inputs: { x: 'data/\${{ stages.a.x }}', y: '\${{ stages.a.x }}/../b' } }
  c: { run: echo, outputs: { x: a/b, y: a } }
`;
  expect((await problemsOf(text)).filter((line) => line.includes('tiny.yaml'))).toEqual([
    'Stage "a": outputs.1: expected a letter, then letters, digits, "_" or "-", got "y/z". (tiny.yaml:4:77)',
    'Stage "b": input "x" reads a stage\'s output, expected ${{ stages.<stage>.<output> }}, alone or followed by /<path inside it>. (tiny.yaml:5:32)',
    'Stage "b": input "y" reads a stage\'s output, expected ${{ stages.<stage>.<output> }}, alone or followed by /<path inside it>. (tiny.yaml:5:61)',
    'Stage "c": outputs "x" and "y" overlap: "a/b" and "a". (tiny.yaml:6:41)',
  ]);
  expect(
    (await problemsOf(text.replace(', y/z', '')))
      .slice(0, 9)
      .filter((line) => line.includes('tiny.yaml')),
  ).toEqual([
    'Stage "a": a stage\'s output is read through "inputs", not in "with". (tiny.yaml:4:84)',
    'Stage "a": cannot read the reference "process.env.HOME", expected params.<name>, matrix.<key>, env.<VARIABLE> or stages.<stage>.<output>. (tiny.yaml:4:13)',
    'Stage "b": input "x" reads a stage\'s output, expected ${{ stages.<stage>.<output> }}, alone or followed by /<path inside it>. (tiny.yaml:5:32)',
  ]);
});

it('refuses aliases that multiply without bound, and files that are no pipeline', async () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe']) {
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]`);
  }
  expect(await problemsOf(bomb.join('\n'))).toEqual([
    'Excessive alias count indicates a resource exhaustion attack. (tiny.yaml:6:44)',
    `   6 | f: &f [${Array(10).fill('*e').join(', ')}]`,
    `     | ${' '.repeat(43)}~~`,
  ]);
  expect(await problemsOf(`name: ${'x'.repeat(1 << 20)}`)).toEqual([
    'A pipeline file holds at most 1048576 characters, this one holds 1048582. (tiny.yaml:1:1)',
  ]);
  expect(await problemsOf('just a text')).toEqual([
    'Pipeline: expected object, got "just a text". (tiny.yaml:1:1)',
    '   1 | just a text',
    '     | ~~~~~~~~~~~',
  ]);
});

it('a stage says where it runs, and what its job asks for, by parameters too', async () => {
  const text = `name: tiny
params: { cluster: { partition: gpu, account: 7 } }
defaults:
  executor: slurm
  slurm: { partition: '\${{ params.cluster.partition }}', time: 4h }
stages:
  a: { run: echo, slurm: { account: '\${{ params.cluster.account }}' } }
  b: { run: echo, executor: local, slurm: { partition: 'x y', time: 90s } }
`;
  const { stages } = await load(text, ['cluster.partition=big']);
  expect(stages.map(({ executor, slurm }) => ({ executor, ...slurm }))).toEqual([
    { executor: 'slurm', partition: 'big', account: '7', timeMs: 4 * 3_600_000 },
    { executor: 'local', partition: 'x y', account: undefined, timeMs: 90_000 },
  ]);
});

it('another place to run at, and a reference that leads nowhere, are named', async () => {
  const text = `name: tiny
stages:
  a: { run: echo, executor: pbs }
`;
  expect((await problemsOf(text))[0]).toBe(
    'Stage "a": executor: expected "local" or "slurm", got "pbs". (tiny.yaml:3:29)',
  );
  const lost = `name: tiny
stages:
  a: { run: echo, slurm: { partition: '\${{ params.partition }}' } }
`;
  expect((await problemsOf(lost))[0]).toBe(
    'Stage "a": there is no parameter "partition". (tiny.yaml:3:39)',
  );
});
