import { expect, test } from 'vitest';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import { createRunningTrainer } from './create-running-trainer.ts';
import { defaultFlags } from './trainer-flags.ts';

test('before the first run there is neither module nor stage, and nothing to save', async () => {
  const engine = await loadTestEngine();
  const state = { run: null, plan: null, fit: null };
  const trainer = createRunningTrainer(defaultFlags, { engine }, state);
  const message = 'This Trainer has not run yet.';
  expect(() => trainer.module).toThrow(message);
  expect(() => trainer.stage).toThrow(message);
  expect(() => trainer.stop()).toThrow(message);
  expect(trainer).toMatchObject({ globalStep: 0, callbackMetrics: {}, learningRate: 0 });
  await expect(trainer.saveCheckpoint('a')).rejects.toThrow('a: no fit is running');
});
