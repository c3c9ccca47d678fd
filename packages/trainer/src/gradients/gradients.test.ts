import type { Engine, NamedWeight, Scalar } from '@limber/engine';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import { createWeightAverages } from '../weights/weight-averages.ts';
import { checkAnomalies } from './check-anomalies.ts';
import { firstNotFinite } from './first-not-finite.ts';
import { createGradientSum } from './gradient-sum.ts';
import { createKeptLoss } from './kept-loss.ts';
import { createLossWatch } from './loss-watch.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
});

const weight = (name: string, value: number): NamedWeight => {
  const variable = engine.tf.tidy(() => engine.tf.variable(engine.tf.tensor1d([value, value])));
  return { name, variable, isTrainable: true };
};

describe('a loss watch', () => {
  const readAfter = async (...losses: readonly number[]): Promise<number | null> => {
    const watch = createLossWatch(engine);
    for (const loss of losses) {
      engine.tf.tidy(() => watch.add(engine.tf.scalar(loss) as Scalar));
    }
    const found = await watch.read();
    watch.dispose();
    return found;
  };

  test.each<[number[], number | null]>([
    [[], null],
    [[1, 2, 3], null],
    [[1, Infinity], Infinity],
    [[1, -Infinity], -Infinity],
    [[1, Number.NaN], Number.NaN],
    [[1, Infinity, 3], Number.NaN],
  ])('of %j reads %d', async (losses, found) => {
    const before = engine.tf.memory().numTensors;
    expect(await readAfter(...losses)).toBe(found);
    expect(engine.tf.memory().numTensors).toBe(before);
  });
});

test('of tensors the first that is not finite is found, of none none', async () => {
  const tensors = [[1], [2, Number.NaN], [Infinity]].map((values) => engine.tf.tensor1d(values));
  expect(await firstNotFinite(engine, tensors)).toBe(1);
  expect(await firstNotFinite(engine, tensors.slice(0, 1))).toBe(-1);
  expect(await firstNotFinite(engine, [])).toBe(-1);
  engine.tf.dispose(tensors);
});

test('a loss that was kept is read once', async () => {
  const kept = createKeptLoss();
  expect(await kept.read()).toBe(null);
  const loss = engine.tf.scalar(2) as Scalar;
  kept.take(engine, loss);
  expect([await kept.read(), await kept.read()]).toEqual([2, null]);
  loss.dispose();
});

test('gradients add up by name, also where a batch gives only some', async () => {
  const { tf } = engine;
  const before = tf.memory().numTensors;
  const sum = createGradientSum(engine);
  tf.tidy(() => sum.add({ a: tf.tensor1d([1]), b: tf.tensor1d([10]) }));
  tf.tidy(() => sum.add({ a: tf.tensor1d([2]) }));
  expect(sum.count).toBe(2);
  const sums = tf.tidy(() =>
    Object.entries(sum.plus({ b: tf.tensor1d([5]), c: tf.tensor1d([7]) })).map(([name, values]) => [
      name,
      values.dataSync()[0],
    ]),
  );
  expect(sums).toEqual([
    ['a', 3],
    ['b', 15],
    ['c', 7],
  ]);
  sum.reset();
  expect(sum.count).toBe(0);
  expect(tf.memory().numTensors).toBe(before);
});

describe('an anomaly', () => {
  const at = { step: 3, epoch: 1 };
  const check = async (
    loss: number,
    gradients: Readonly<Record<string, number>>,
  ): Promise<void> => {
    const weights = ['a', 'b', 'c'].map((name) => weight(name, 0));
    const given = weights.flatMap(({ name, variable }) =>
      name in gradients
        ? [[variable.name, engine.tf.tensor1d([0, gradients[name]!])] as const]
        : [],
    );
    const scalar = engine.tf.scalar(loss) as Scalar;
    try {
      const step = { loss: scalar, gradients: Object.fromEntries(given), weights, at };
      await checkAnomalies(engine, step);
    } finally {
      engine.tf.dispose([scalar, ...given.map(([, gradient]) => gradient)]);
      for (const { variable } of weights) variable.dispose();
    }
  };

  test('is none where all is finite, or has no gradient', async () => {
    await check(1, { a: 1, c: 2 });
    await check(1, {});
  });

  test('is the loss before any gradient', async () => {
    await expect(check(Infinity, { a: Number.NaN })).rejects.toMatchObject({
      name: 'TrainingDiverged',
      message: expect.stringContaining('The loss is Infinity at step 3') as string,
    });
    await expect(check(Number.NaN, { a: 1 })).rejects.toMatchObject({ name: 'TrainingDiverged' });
  });

  test('is the first weight whose gradient is not finite', async () => {
    await expect(check(1, { b: 1, c: Number.NaN })).rejects.toMatchObject({
      message: expect.stringContaining(
        'The gradient of "c" has numbers that are not finite (the loss is 1)',
      ) as string,
    });
  });
});

test('a weight that was not there from the start has no average', async () => {
  const averages = createWeightAverages();
  const [first, later] = [weight('first', 4), weight('later', 8)];
  averages.start(engine, [first]);
  averages.update(engine, [first, later], 0.5);
  averages.assignTo([first, later]);
  expect(Object.keys(await averages.read())).toEqual(['first']);
  expect([...later.variable.dataSync()]).toEqual([8, 8]);
  averages.dispose();
  for (const { variable } of [first, later]) variable.dispose();
});
