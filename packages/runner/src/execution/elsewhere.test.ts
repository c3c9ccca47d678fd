import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import type { PipelineEvent } from '../events.ts';
import { whyNothingElsewhere } from './elsewhere.suite.ts';
import { runUntil } from './paused-run.suite.ts';
import { createTestWorkspace, named, trainingPipeline } from './test-workspace.suite.ts';

// Two leases of 15 s: that of the runner, then that of its stage.
vi.setConfig({ testTimeout: 120_000 });
const isPossible = whyNothingElsewhere() === undefined;

it.runIf(isPossible)('a training of a container that is gone is gone on with', async () => {
  const workspace = createTestWorkspace(trainingPipeline);
  const { runner } = await runUntil(workspace, 2, { elsewhere: 'container' });
  const waits: PipelineEvent[] = [];
  const result = await workspace.run({
    onEvent(event) {
      if (event.type !== 'stage-waiting') return;
      waits.push(event);
      runner.kill('SIGKILL');
    },
  });
  expect(named(result, 'ran')).toEqual(['train', 'after']);
  expect(workspace.read('runs/training/latest/train/model')).toBe('lr 0.1, epochs 2 to 4');
  expect(waits[0]).toMatchObject({
    host: 'container',
    pid: 1,
    work: 'stage "train" of pipeline training',
  });
});

it.runIf(isPossible)(
  'a run that was asleep for too long writes nothing when it wakes',
  async () => {
    const workspace = createTestWorkspace(trainingPipeline);
    const { runner, stage, result } = await runUntil(workspace, 2, { elsewhere: 'laptop' });
    const [inner] = childrenOf(runner.pid!);
    const asleep = [inner!, ...childrenOf(inner!)];
    for (const pid of asleep) process.kill(pid, 'SIGSTOP');
    const other = await workspace.run();
    expect(named(other, 'ran')).toEqual(['train', 'after']);
    const model = workspace.read('runs/training/latest/train/model');
    const gone = once(stage, 'close');
    // Its children first: once awake, it ends them.
    for (const pid of asleep.toReversed()) process.kill(pid, 'SIGCONT');
    expect(await result).toMatchObject({ code: 'lease-lost' });
    await gone;
    expect(workspace.read('runs/training/latest/train/model')).toBe(model);
    expect(named(await workspace.run(), 'cached')).toEqual(['train', 'after']);
  },
);

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
