import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { PipelineEvent } from '../events.ts';
import { createResourcePool, findShortage } from './resource-pool.ts';
import { readPrintedLine } from './printed-line.ts';
import { because, createTestWorkspace, named } from './test-workspace.suite.ts';

it('a pool gives in the order of asking, and no more than there is', async () => {
  const pool = createResourcePool({ cpu: 4, memoryBytes: 10, gpus: [] });
  const order: string[] = [];
  const ask = async (name: string, cpu: number): Promise<() => void> => {
    const giveBack = await pool.acquire(cpu);
    order.push(name);
    return giveBack;
  };
  const all = await ask('all of them', 99);
  const waiting = [ask('three', 3), ask('two', 2), ask('one', 1)] as const;
  await Promise.resolve();
  expect(order).toEqual(['all of them']);
  all();
  const three = await waiting[0];
  expect(order).toEqual(['all of them', 'three']);
  three();
  await Promise.all(waiting);
  expect(order).toEqual(['all of them', 'three', 'two', 'one']);
  expect(findShortage({ cpu: 1, memoryBytes: 11e9, gpu: 0 }, pool.total)).toBe(
    'asks for 11.0 GB of memory, but there are 0.0 GB here',
  );
});

it('a stage that has no outputs is done when its command is', async () => {
  const workspace = createTestWorkspace(`name: plain
stages: { tell: { run: 'echo > "$PWD"/data/told' } }
`);
  expect(named(await workspace.run(), 'ran')).toEqual(['tell']);
});

it('a stage that asks for more GPUs than there are fails, and one that has some sees them alone', async () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '7,9');
  onTestFinished(() => void vi.unstubAllEnvs());
  const workspace = createTestWorkspace(`name: gpus
stages:
  one: { run: 'printf %s "$CUDA_VISIBLE_DEVICES" > "$LIMBER_OUTPUT_X"', outputs: [x], resources: { gpu: 1 } }
  three: { run: echo, resources: { gpu: 3 }, needs: one }
`);
  const { stages } = await workspace.run();
  expect(readFileSync(stages[0]!.outputs['x']!, 'utf8')).toBe('7');
  expect(stages[1]).toMatchObject({
    outcome: 'failed',
    error: 'Stage "three" asks for 3 GPUs, but there are 2 here.',
    invalidInput: true,
  });
});

it('a temporary failure is tried again, another one is not', async () => {
  const workspace = createTestWorkspace(`name: retries
defaults: { retry: { times: 3, delay: 0.01s, messages: [connection lost] } }
stages:
  code: { run: 'echo x >> "$PWD"/data/code; [ $(wc -l < "$PWD"/data/code) = 3 ] || exit 75; echo > "$LIMBER_OUTPUT_X"', outputs: [x] }
  message: { run: 'echo x >> "$PWD"/data/message; echo connection lost >&2; exit 1' }
  other: { run: 'echo x >> "$PWD"/data/other; exit 1' }
`);
  const events: PipelineEvent[] = [];
  const result = await workspace.run({ keepGoing: true, onEvent: (event) => events.push(event) });
  expect(result.stages.map(({ outcome }) => outcome)).toEqual(['ran', 'failed', 'failed']);
  const tries = ['code', 'message', 'other'].map(
    (name) => workspace.read(`data/${name}`).length / 2,
  );
  expect(tries).toEqual([3, 4, 1]);
  const delays = events.flatMap((event) =>
    event.type === 'stage-retrying' && event.stage === 'message' ? [event.delayMs] : [],
  );
  expect(delays).toEqual([10, 20, 40]);
});

it('a stage that takes too long is ended with all its processes', async () => {
  const workspace = createTestWorkspace(`name: slow
stages:
  slow:
    run: sleep 300 & echo $! > data/pid; sleep 300
    timeout: 2s
`);
  const { stages } = await workspace.run();
  expect(stages[0]!.error).toBe('The stage took longer than its timeout of 2 s.');
  const pid = workspace.read('data/pid').trim();
  const stat = `/proc/${pid}/stat`;
  expect(!existsSync(stat) || readFileSync(stat, 'utf8').includes(') Z ')).toBe(true);
});

it('after a failure, what needs it is skipped; with keep-going the rest goes on', async () => {
  const text = `name: failing
stages:
  bad: { run: exit 1 }
  needing: { run: echo, needs: bad }
  after: { run: 'echo > "$LIMBER_OUTPUT_X"', needs: good, outputs: [x] }
  good: { run: 'while [ ! -e "$PWD"/data/failed ]; do sleep 0.01; done; echo > "$LIMBER_OUTPUT_X"', outputs: [x] }
`;
  for (const keepGoing of [false, true]) {
    const workspace = createTestWorkspace(text);
    const onEvent = (event: PipelineEvent): void => {
      const hasFailed = event.type === 'stage-finished' && event.report.outcome === 'failed';
      if (hasFailed) workspace.write('data/failed', '');
    };
    const result = await workspace.run({ keepGoing, jobs: 4, onEvent });
    expect(result.outcome).toBe('failed');
    expect(because(result, 'needing')).toEqual(['needs "bad", which failed']);
    expect(named(result, 'ran')).toEqual(keepGoing ? ['good', 'after'] : ['good']);
  }
});

it('a command reports metrics, plots, progress and warnings by lines', async () => {
  const workspace = createTestWorkspace(`name: lines
stages:
  all:
    run: |
      echo '::limber {"metrics": {"AP": 0.5}, "progress": "half"}'
      echo '::limber {"plot": {"name": "loss", "x": 1, "y": 0.5}}'
      echo '::limber {"plot": {"name": "loss", "x": 2, "y": 0.25}}'
      echo '::limber {"warning": "mind"}'
      echo '::limber {"metrics": {"AP": "high"}}'
      echo > "$LIMBER_OUTPUT_X"
    cache: true
    outputs: [x]
`);
  const lines: string[] = [];
  const onEvent = (event: PipelineEvent): void => {
    if (event.type === 'stage-line') lines.push(`${event.source}: ${event.line}`);
  };
  const result = await workspace.run({ onEvent });
  expect(result.metrics).toEqual({ AP: 0.5 });
  expect(lines).toEqual([
    'progress: half',
    'warning: mind',
    'warning: this is no report, expected JSON with metrics, plot, provenance, progress or warning: ::limber {"metrics": {"AP": "high"}}',
  ]);
  const folder = join(workspace.root, 'runs/lines/latest');
  expect(JSON.parse(readFileSync(join(folder, 'plots.json'), 'utf8'))).toEqual({
    all: {
      loss: [
        [1, 0.5],
        [2, 0.25],
      ],
    },
  });
  expect(workspace.read('runs/lines/index.html')).toContain('all: loss');
  expect(readPrintedLine(' ::limber {}')).toEqual({ type: 'output' });
});
