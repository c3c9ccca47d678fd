import type { Engine } from '@limber/engine';
import { describe, expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from './fixtures/linear-module.suite.ts';
import { linearSource } from './fixtures/linear-module.suite.ts';
import { useLinearModule } from './fixtures/use-linear-module.suite.ts';
import type { TestModule } from './hooks/training-module.ts';
import { Trainer } from './trainer.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

test('an asynchronous training step is refused, and frees what it made', async () => {
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1 });
  // as somebody writes it who has not read that it cannot wait: it fails after the Trainer has
  const trainingStep = async (): Promise<never> => {
    await Promise.resolve();
    throw new Error('a step that goes on alone');
  };
  const one = { ...module, trainingStep: trainingStep as unknown as LinearModule['trainingStep'] };
  const before = engine.tf.memory().numTensors;
  await expect(trainer.fit(one, { train: linearSource(2) })).rejects.toThrow(
    'trainingStep: a step that waits: what it computes is recorded and freed while it runs: ' +
      'expected its result, got a promise. Log numbers with trainer.log, and wait in the source of the batches ' +
      'or in a hook such as onTrainBatchEnd.',
  );
  expect(engine.tf.memory().numTensors).toBe(before);
});

describe.each(['validationStep', 'testStep', 'predictStep'] as const)('a %s that waits', (step) => {
  const tf = (): Engine['tf'] => engine.tf;

  async function run(waiting: (batch: LinearBatch) => Promise<number>): Promise<number[]> {
    const trainer = new Trainer<LinearBatch>({ engine });
    const answers: number[] = [];
    const one: LinearModule & TestModule<LinearBatch> = {
      ...module,
      testStep: () => {},
      [step]: async (batch: LinearBatch) => void answers.push(await waiting(batch)),
    };
    const data = linearSource(2);
    const runs = {
      validationStep: () => trainer.validate(one, data),
      testStep: () => trainer.test(one, data),
      predictStep: () => trainer.predict(one, data),
    };
    await runs[step]();
    return answers;
  }

  test('is waited for, keeps its tensors until it ends, and frees them then', async () => {
    const before = tf().memory().numTensors;
    let during = 0;
    const answers = await run(async (batch) => {
      const inputs = tf().tensor1d(batch.inputs);
      const doubled = inputs.mul(2);
      await Promise.resolve();
      during = tf().memory().numTensors - before;
      return (await doubled.data())[0]!;
    });
    const expected: number[] = [];
    for await (const { inputs } of linearSource(2).batches(0)) {
      expected.push(Math.fround(inputs[0]! * 2));
    }
    expect(answers).toEqual(expected);
    expect(during).toBe(2);
    expect(tf().memory().numTensors).toBe(before);
  });

  test('that fails ends the run with its error, and leaves no tensor', async () => {
    const before = tf().memory().numTensors;
    const failing = run(async () => {
      tf().ones([3]);
      await Promise.resolve();
      throw new Error('no answer');
    });
    await expect(failing).rejects.toThrow('no answer');
    expect(tf().memory().numTensors).toBe(before);
  });
});

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
