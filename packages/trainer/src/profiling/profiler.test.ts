import { expect, test } from 'vitest';
import type { LinearBatch } from '../fixtures/linear-module.suite.ts';
import { createLinearModule, linearSource } from '../fixtures/linear-module.suite.ts';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import { Trainer } from '../trainer.ts';
import { createSimpleProfiler } from './profiler.ts';

test('a profiler adds up calls, and tells shares of the whole', () => {
  let ms = 500;
  const profiler = createSimpleProfiler({ now: () => ms });
  for (const took of [10, 30]) {
    profiler.start('trainingStep');
    ms += took;
    profiler.stop('trainingStep');
  }
  profiler.start('dataWait');
  ms += 60;
  profiler.stop('dataWait');
  // what has not stopped yet counts for nothing
  profiler.start('saveCheckpoint');
  expect(profiler.summary()).toEqual([
    { action: 'dataWait', calls: 1, totalMs: 60, meanMs: 60, share: 0.6 },
    { action: 'trainingStep', calls: 2, totalMs: 40, meanMs: 20, share: 0.4 },
  ]);
  expect(profiler.describe()).toBe(
    [
      'action        calls  total s  mean ms     %',
      'dataWait          1    0.060   60.000  60.0',
      'trainingStep      2    0.040   20.000  40.0',
    ].join('\n'),
  );
});

test('what was never started cannot stop', () => {
  const profiler = createSimpleProfiler();
  expect(profiler.summary()).toEqual([]);
  expect(() => profiler.stop('backward')).toThrow('"backward" was stopped, but never started.');
});

test('a fit tells its profiler of steps, hooks and waiting', async () => {
  const engine = await loadTestEngine();
  const module = createLinearModule(engine);
  const profiler = createSimpleProfiler();
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 2,
    numSanityValSteps: 0,
    profiler,
  });
  await trainer.fit(module, { train: linearSource(3), val: linearSource(1) });
  const calls = Object.fromEntries(profiler.summary().map((one) => [one.action, one.calls]));
  expect(calls).toMatchObject({
    dataWait: 6,
    trainingStep: 6,
    backward: 6,
    optimizerStep: 6,
    validationStep: 2,
  });
  // of hooks there are those that somebody has
  const hooks = Object.keys(calls).filter((action) => action.startsWith('on'));
  expect(hooks).toEqual(['onSafePoint']);
  for (const { totalMs, share } of profiler.summary()) {
    expect(totalMs).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
  }
  module.dispose();
});
