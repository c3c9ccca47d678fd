import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, NamedWeight } from '@limber/engine';
import { createOptimizer } from '@limber/engine';
import { afterAll, describe, expect, test } from 'vitest';
import { createLearningRateMonitor } from '../callbacks/learning-rate-monitor.ts';
import { createModelCheckpoint } from '../callbacks/model-checkpoint.ts';
import { readCheckpoint } from '../checkpoints/checkpoint-file.ts';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { Gradients } from '../hooks/hooks.ts';
import type { ParameterGroup, TrainingModule } from '../hooks/training-module.ts';
import { constantRate } from '../schedules/learning-rate-schedule.ts';
import { Trainer } from '../trainer.ts';
import { createOptimization } from './optimization.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-groups-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

const groupOf = (
  name: string,
  weights: readonly NamedWeight[],
  rest: { readonly type: 'sgd' | 'adam'; readonly schedule: ParameterGroup['schedule'] },
): ParameterGroup => {
  const variables = weights.map(({ variable }) => variable);
  const optimizer = createOptimizer(engine, variables, { type: rest.type });
  return { name, variables, optimizer, schedule: rest.schedule };
};

/** The kernel by plain descent at a rate that halves, the bias by Adam. */
function withGroups(inner: LinearModule): TrainingModule<LinearBatch> {
  const [kernel, bias] = inner.weights;
  return {
    ...inner,
    configureOptimizers: () => [
      groupOf('kernel', [kernel!], { type: 'sgd', schedule: (step) => 0.1 * 0.5 ** step }),
      groupOf('bias', [bias!], { type: 'adam', schedule: constantRate(0.01) }),
    ],
  };
}

describe('parameter groups', () => {
  test('step together, each by its own optimizer at its own rate', async () => {
    const seen: { gradients: Gradients; before: Record<string, number[]> }[] = [];
    const updates: number[][] = [];
    const rates: unknown[] = [];
    const watch: Callback<LinearBatch> = {
      onBeforeOptimizerStep: (trainer, gradients) => {
        const kernel = gradients[module.weights[0]!.variable.name]!.dataSync();
        updates.push([kernel[0]!]);
        seen.push({ gradients, before: readLinearWeights(module) });
        rates.push({ ...trainer.learningRates });
      },
      onTrainBatchEnd: () => {
        const { before } = seen.at(-1)!;
        const after = readLinearWeights(module);
        updates.at(-1)!.push(after['linear/kernel']![0]! - before['linear/kernel']![0]!);
        updates.at(-1)!.push(after['linear/bias']![0]! - before['linear/bias']![0]!);
      },
    };
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1, callbacks: [watch] });
    await trainer.fit(withGroups(module), { train: linearSource(3) });
    for (const [step, [gradient, kernel, bias]] of updates.entries()) {
      expect(kernel).toBeCloseTo(-0.1 * 0.5 ** step * gradient!, 5);
      // Adam's first step is the whole rate, in the direction of the gradient
      if (step === 0) expect(Math.abs(bias!)).toBeCloseTo(0.01, 5);
    }
    expect(rates).toEqual([0.1, 0.05, 0.025].map((kernel) => ({ kernel, bias: 0.01 })));
  });

  test('go on exactly from a checkpoint, which has their slots under their names', async () => {
    const fit = async (into: LinearModule, folder: string, maxEpochs: number) => {
      const keeper = createModelCheckpoint({ dirpath: join(root, folder) });
      const callbacks = [createLearningRateMonitor(), keeper];
      const options = { engine, maxEpochs, callbacks, logEveryNSteps: 1 };
      const trainer = new Trainer<LinearBatch>(options);
      await trainer.fit(withGroups(into), { train: linearSource(3) }, { ckptPath: 'last' });
      return { file: keeper.bestModelPath!, metrics: trainer.callbackMetrics };
    };
    const { file, metrics } = await fit(module, 'part', 1);
    expect(metrics).toMatchObject({ 'lr/kernel': 0.025, 'lr/bias': 0.01 });
    const names = Object.keys((await readCheckpoint(file)).arrays);
    expect(names.filter((name) => name.startsWith('optimizer/')).sort()).toEqual([
      'optimizer/bias/linear/bias/m',
      'optimizer/bias/linear/bias/v',
      'optimizer/bias/step',
      'optimizer/kernel/linear/kernel/momentum',
      'optimizer/kernel/step',
    ]);
    const [resumed, whole] = [createLinearModule(engine), createLinearModule(engine)];
    await fit(resumed, 'part', 2);
    await fit(whole, 'whole', 2);
    expect(readLinearWeights(resumed)).toEqual(readLinearWeights(whole));
    resumed.dispose();
    whole.dispose();
  });

  test('leave a weight without a gradient alone', async () => {
    const bias = module.weights[1]!.variable.name;
    const leaving: Callback<LinearBatch> = {
      transformGradients: (gradients) =>
        Object.fromEntries(Object.entries(gradients).filter(([name]) => name !== bias)),
    };
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1, callbacks: [leaving] });
    await trainer.fit(withGroups(module), { train: linearSource(2) });
    const { 'linear/bias': left, 'linear/kernel': trained } = readLinearWeights(module);
    expect([left, trained!.every((value) => value !== 0)]).toEqual([[0], true]);
  });

  test('free their slots, as a single optimizer does', () => {
    const freed: string[] = [];
    const [kernel, bias] = ['kernel', 'bias'].map((name, at) => {
      const rest = { type: 'sgd', schedule: constantRate(0.1) } as const;
      const group = groupOf(name, [module.weights[at]!], rest);
      return { ...group, optimizer: { ...group.optimizer, dispose: () => void freed.push(name) } };
    });
    createOptimization([kernel!, bias!]).dispose();
    createOptimization(kernel!).dispose();
    expect(freed).toEqual(['kernel', 'bias', 'kernel']);
  });

  test.each([
    [
      'share a name',
      ['a', 'a'],
      'two groups with one name: expected a name of its own for each, got a.',
    ],
    [
      'share a weight',
      ['a', 'b'],
      /a weight in two groups: expected each weight in one group, got .+\./,
    ],
    [
      'leave a weight out',
      ['a'],
      /a weight that no group trains: expected each trainable weight in one group, got .+\./,
    ],
    [
      'are none',
      [],
      'nothing that trains: expected an optimizer, or at least one group, got none.',
    ],
  ])('that %s are refused', async (_case, names, message) => {
    const rest = { type: 'sgd', schedule: constantRate(0.1) } as const;
    const broken: TrainingModule<LinearBatch> = {
      ...module,
      configureOptimizers: () => names.map((name) => groupOf(name, [module.weights[0]!], rest)),
    };
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1 });
    await expect(trainer.fit(broken, { train: linearSource(1) })).rejects.toThrow(message);
  });
});
