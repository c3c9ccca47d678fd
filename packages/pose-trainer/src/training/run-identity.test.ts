import { coco17 } from '@limber/keypoints';
import { expect, test } from 'vitest';
import type { Json } from '@limber/trainer';
import { trainConfigSchema } from '../configuration/train-config.ts';
import type { RunIdentity } from './run-identity.ts';
import { compareIdentities } from './run-identity.ts';

const identity: RunIdentity = {
  config: trainConfigSchema.parse({ model: 'limber-tiny', epochs: 5 }),
  skeleton: coco17,
  train: 'digest-a',
  val: 'digest-b',
  functions: { './rain.js': 'digest-f' },
};

function compare(changes: Partial<RunIdentity['config']>, others: Partial<RunIdentity> = {}) {
  const wanted = { ...identity, ...others, config: { ...identity.config, ...changes } };
  const recorded = JSON.parse(JSON.stringify(identity)) as Json;
  return compareIdentities(recorded, wanted, 'work/checkpoints');
}

test('the same training goes on, and so does one with more epochs', () => {
  expect(compare({})).toEqual({ type: 'continue' });
  expect(compare({ epochs: 9 })).toEqual({ type: 'continue' });
});

test('what has no effect on the result may change', () => {
  expect(compare({ workers: 0, checkpoint: { everyNTrainSteps: 7 }, engine: 'wasm' })).toEqual({
    type: 'continue',
  });
});

test("another function of the user's own is another training", () => {
  expect(() => compare({}, { functions: { './rain.js': 'digest-g' } })).toThrow(
    'work/checkpoints: the folder holds checkpoints of another training (functions../rain.js was "digest-f", is "digest-g"). ' +
      'Use another working folder, or delete this one to train from the start.',
  );
  expect(compare({ onBadSample: 'skip', skipLimit: 3, workerTimeoutSeconds: 9 })).toEqual({
    type: 'continue',
  });
});

test('another teacher is another training; the same one may lie elsewhere', () => {
  expect(() => compare({}, { teacher: 'digest-t' })).toThrow('teacher was "none", is "digest-t"');
  const taught = { ...identity, teacher: 'digest-t' };
  const from = (teacher: string): RunIdentity['config'] => ({
    ...identity.config,
    distillation: { teacher, alpha: 0.5, temperature: 1 },
  });
  const recorded = JSON.parse(JSON.stringify({ ...taught, config: from('./a') })) as Json;
  const compareWith = (wanted: RunIdentity) => compareIdentities(recorded, wanted, 'work');
  expect(compareWith({ ...taught, config: from('./b') })).toEqual({ type: 'continue' });
  expect(() => compareWith({ ...taught, teacher: 'digest-u', config: from('./a') })).toThrow(
    'work: the folder holds checkpoints of another training (teacher was "digest-t", is "digest-u").',
  );
});

test('fewer epochs are another training', () => {
  expect(compare({ epochs: 4 })).toEqual({ type: 'shortened', epochsBefore: 5 });
});

test('another learning rate and other data are refused, each by name', () => {
  const optimizer = { ...identity.config.optimizer, learningRate: 0.1 };
  expect(() => compare({ optimizer }, { train: 'digest-c' })).toThrow(
    'work/checkpoints: the folder holds checkpoints of another training (config.optimizer.learningRate was 0.001, is 0.1; ' +
      'training data was "digest-a", is "digest-c"). ' +
      'Use another working folder, or delete this one to train from the start.',
  );
});
