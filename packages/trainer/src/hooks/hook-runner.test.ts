import { describe, expect, test } from 'vitest';
import type { Callback } from './callback.ts';
import { checkStateKeys } from './check-state-keys.ts';
import { createHookRunner, orderCallbacks } from './hook-runner.ts';
import type { RunningTrainer } from './running-trainer.ts';

const trainer = {} as RunningTrainer;

/** A runner of these callbacks and a module, and what its profiler was told. */
function runnerOf(callbacks: readonly Callback[], module: object = {}) {
  const profiled: string[] = [];
  let settled = 0;
  const runner = createHookRunner<unknown>({
    trainer,
    module: module as never,
    callbacks,
    profiler: {
      start: (action) => profiled.push(`start ${action}`),
      stop: (action) => profiled.push(`stop ${action}`),
    },
    settleMetrics: async () => void settled++,
  });
  return { runner, profiled, settled: () => settled };
}

test('callbacks that save come after the others, each kind in its order', () => {
  const [first, second, third] = ['a', 'b', 'c'].map((stateKey) => ({ stateKey }));
  const [saving, other] = ['d', 'e'].map((stateKey) => ({ stateKey, onSafePoint: () => {} }));
  expect(orderCallbacks([saving!, first!, other!, second!, third!])).toEqual([
    first,
    second,
    third,
    saving,
    other,
  ]);
});

describe('a hook', () => {
  test('is called of callbacks and then of the module, each after metrics are read', async () => {
    const seen: string[] = [];
    const hook = (name: string) => ({ onTrainStart: () => void seen.push(name) });
    const { runner, profiled, settled } = runnerOf([hook('a'), {}, hook('b')], hook('module'));
    expect(await runner.run('onTrainStart')).toBe(false);
    expect(seen).toEqual(['a', 'b', 'module']);
    expect(settled()).toBe(3);
    expect(profiled).toEqual(['start onTrainStart', 'stop onTrainStart']);
  });

  test('that nobody has is no part of a profile', async () => {
    const { runner, profiled } = runnerOf([{}]);
    expect(await runner.run('onTrainStart')).toBe(false);
    expect(await runner.runEach('teardown', 'fit')).toEqual([]);
    runner.runInStep('onAfterBackward');
    expect(profiled).toEqual([]);
  });

  test('may ask to skip the epoch, whoever comes after', async () => {
    const { runner } = runnerOf([
      { onTrainBatchStart: () => 'skip-epoch' },
      { onTrainBatchStart: () => {} },
    ]);
    expect(await runner.run('onTrainBatchStart', null, 0)).toBe(true);
  });

  test('at the end is called of all, whatever those before have thrown', async () => {
    const failing = (message: string) => ({
      teardown: () => {
        throw new Error(message);
      },
    });
    const { runner } = runnerOf([failing('first'), { teardown: () => {} }], failing('module'));
    const failures = await runner.runEach('teardown', 'fit');
    expect(failures.map(String)).toEqual(['Error: first', 'Error: module']);
  });
});

test('at a safe point callbacks that had it already are passed over, and each is counted before its turn', async () => {
  const seen: string[] = [];
  const at = (name: string) => ({ onSafePoint: () => void seen.push(name) });
  const { runner } = runnerOf([at('a'), at('b'), {}, at('c')], at('module'));
  await runner.runSafePoint('epoch', 1, (done) => seen.push(`${done}`));
  expect(seen).toEqual(['2', 'b', '3', '4', 'c', 'module']);
});

describe('state keys', () => {
  const stateDict = () => ({ values: null });

  test('are each there once, and there where there is a state', () => {
    const callbacks = [{}, { stateKey: 'a', stateDict }, { stateKey: 'b' }, {}];
    expect(() => checkStateKeys(callbacks)).not.toThrow();
  });

  test.each([
    [
      [{}, {}, { stateKey: 'a' }, { stateKey: 'b' }, { stateKey: 'a', stateDict }],
      'Trainer.callbacks: two callbacks with one stateKey: expected a key of its own for each callback with state, got a.',
    ],
    [
      [{ stateKey: 'a', stateDict }, { stateDict }],
      'Trainer.callbacks: a stateDict without stateKey: expected a key of its own for each callback with state, got none.',
    ],
  ])('%j are refused', (callbacks, message) => {
    expect(() => checkStateKeys(callbacks)).toThrow(message);
  });
});
