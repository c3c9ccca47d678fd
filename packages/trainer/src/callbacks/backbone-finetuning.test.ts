import type { Engine } from '@limber/engine';
import { createOptimizer } from '@limber/engine';
import { expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource, readLinearWeights } from '../fixtures/linear-module.suite.ts';
import { expectSameAfterResume } from '../fixtures/resume-fit.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { Trainer } from '../trainer.ts';
import { createBackboneFinetuning } from './backbone-finetuning.ts';

let engine: Engine;
let module: LinearModule;
useLinearModule((...each) => ([engine, module] = each));

/** The kernel stands for the backbone, with the running mean as its norm; the bias for the rest. */
function finetuning(type: 'sgd' | 'adam'): Callback {
  return createBackboneFinetuning({
    isBackbone: (name) => name !== 'linear/bias',
    createOptimizer: (variables) => {
      // the kernel alone: a running mean is not trained
      expect(variables.map(({ shape }) => shape)).toEqual([[3, 1]]);
      return createOptimizer(engine, variables, { type });
    },
    unfreezeBackboneAtEpoch: 1,
  });
}

/** Fits so many epochs of one step. @returns what each step changed, and the kernel's gradient. */
async function fit(maxEpochs: number, callback: Callback) {
  const steps: { kernel: number; bias: number; gradient: number }[] = [];
  const read = (name: string): number => readLinearWeights(module)[name]![0]!;
  let before = { kernel: 0, bias: 0 };
  const watch: Callback<LinearBatch> = {
    onTrainBatchStart: () => {
      before = { kernel: read('linear/kernel'), bias: read('linear/bias') };
    },
    onBeforeOptimizerStep: (trainer, gradients) => {
      const gradient = gradients[trainer.module.weights[0]!.variable.name];
      // a frozen weight costs no gradient
      expect(gradient === undefined).toBe(trainer.currentEpoch === 0);
      steps.push({ kernel: 0, bias: 0, gradient: gradient?.dataSync()[0] ?? 1 });
    },
    onTrainBatchEnd: () => {
      const step = steps.at(-1)!;
      step.kernel = read('linear/kernel') - before.kernel;
      step.bias = read('linear/bias') - before.bias;
    },
  };
  const callbacks = [callback, watch];
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs, callbacks });
  await trainer.fit(module, { train: linearSource(1) });
  return steps;
}

test('a backbone is frozen, then learns at a tenth of the rate, and twice as fast every epoch', async () => {
  const steps = await fit(6, finetuning('sgd'));
  const rates = steps.map(({ kernel, gradient }) => -kernel / gradient);
  // the rest learns at 0.05; the backbone catches up with it and does not pass it
  for (const [at, rate] of [0, 0.005, 0.01, 0.02, 0.04, 0.05].entries()) {
    expect(rates[at]).toBeCloseTo(rate, 4);
  }
  // the first step of the rest's Adam is its whole rate
  expect(Math.abs(steps[0]!.bias)).toBeCloseTo(0.05, 4);
});

test("a backbone's optimizer has no past when it joins in, and is freed at the end", async () => {
  const before = engine.tf.memory().numTensors;
  const steps = await fit(2, finetuning('adam'));
  // the first step of Adam is its whole rate: a step before it, with no gradients, would have made it less
  expect(Math.abs(steps[1]!.kernel)).toBeCloseTo(0.005, 5);
  expect(engine.tf.memory().numTensors).toBe(before);
});

test('backbone finetuning goes on exactly after an interruption', async () => {
  await expectSameAfterResume(engine, () => [finetuning('adam')]);
});

test('before training it has no state, and a checkpoint without one starts it anew', async () => {
  const callback = finetuning('adam');
  expect(await callback.stateDict!()).toEqual({});
  await callback.loadStateDict!({}, { module } as unknown as RunningTrainer);
  const { arrays } = await callback.stateDict!();
  expect(Object.keys(arrays!).sort()).toEqual(['linear/kernel/m', 'linear/kernel/v', 'step']);
  expect([...arrays!['step']!.data]).toEqual([0]);
  await callback.teardown!({} as RunningTrainer, 'fit');
});
