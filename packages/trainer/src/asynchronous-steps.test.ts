import type { Engine } from '@limber/engine';
import { expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from './fixtures/linear-module.suite.ts';
import { linearSource } from './fixtures/linear-module.suite.ts';
import { useLinearModule } from './fixtures/use-linear-module.suite.ts';
import type { TestModule } from './hooks/training-module.ts';
import { Trainer } from './trainer.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

const refused = (step: string): string =>
  `${step}: a step that waits: what it computes is recorded and freed while it runs: ` +
  'expected its result, got a promise. Read numbers with dataSync(), and wait for other things ' +
  'in the source of the batches or in a hook such as onTrainBatchStart.';

/** A step as somebody writes it who has not read that it cannot wait: it fails after the Trainer has. */
const waiting = async (): Promise<never> => {
  await Promise.resolve();
  throw new Error('a step that goes on alone');
};

test.each(['trainingStep', 'validationStep', 'testStep', 'predictStep'] as const)(
  'an asynchronous %s is refused, and frees what it made',
  async (step) => {
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1 });
    const data = linearSource(2);
    const one: LinearModule & TestModule<LinearBatch> = {
      ...module,
      testStep: () => {},
      [step]: waiting,
    };
    const runs = {
      trainingStep: () => trainer.fit(one, { train: data }),
      validationStep: () => trainer.validate(one, data),
      testStep: () => trainer.test(one, data),
      predictStep: () => trainer.predict(one, data),
    };
    const before = engine.tf.memory().numTensors;
    await expect(runs[step]()).rejects.toThrow(refused(step));
    expect(engine.tf.memory().numTensors).toBe(before);
  },
);

test('a hook around a step may wait, and is waited for', async () => {
  const seen: string[] = [];
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 1,
    callbacks: [
      {
        onTrainBatchStart: async () => {
          await Promise.resolve();
          seen.push('waited');
        },
        onBeforeBackward: () => void seen.push('stepped'),
      },
    ],
  });
  await trainer.fit(module, { train: linearSource(2) });
  expect(seen).toEqual(['waited', 'stepped', 'waited', 'stepped']);
});
