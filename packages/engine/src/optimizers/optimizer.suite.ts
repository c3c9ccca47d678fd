import { readFileSync } from 'node:fs';
import type { Tensor, Variable } from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { clipByGlobalNorm } from './clip-by-global-norm.ts';
import type { OptimizerConfig } from './optimizer-config.ts';
import type { Optimizer } from './optimizer.ts';
import { createOptimizer } from './optimizer.ts';

type Arrays = Readonly<Record<string, number[]>>;

interface Fixture {
  readonly madeWith: string;
  readonly shapes: Readonly<Record<string, number[]>>;
  readonly initial: Arrays;
  readonly gradients: readonly Arrays[];
  readonly learningRates: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly config: Omit<OptimizerConfig, 'decays'> & { readonly decays?: string };
    readonly weights: Arrays;
  }[];
  readonly clipped: { readonly maxNorm: number; readonly norm: number; readonly gradients: Arrays };
}

const fixture = JSON.parse(
  readFileSync(new URL('pytorch-optimizers.fixture.json', import.meta.url), 'utf8'),
) as Fixture;

/** Float32 rounds differently in another order of operations; six updates of numbers around 1. */
const toleranceDigits = 5;

/** What holds for optimizers on every backend. */
export function testOptimizers(load: () => Promise<Engine>): void {
  let engine: Engine;
  let variables: Variable[];
  let tensorsBefore: number;
  beforeEach(async () => {
    engine = await load();
    tensorsBefore = engine.tf.memory().numTensors;
    variables = Object.entries(fixture.initial).map(([name, values]) => {
      const initial = engine.tf.tensor(values, fixture.shapes[name]!);
      const variable = engine.tf.variable(initial, true, name);
      initial.dispose();
      return variable;
    });
  });
  afterEach(() => {
    for (const variable of variables) variable.dispose();
    expect(engine.tf.memory().numTensors).toBe(tensorsBefore);
  });

  function gradientsAt(index: number): Record<string, Tensor> {
    const arrays = fixture.gradients[index % fixture.gradients.length]!;
    return Object.fromEntries(
      Object.entries(arrays).map(([name, values]) => [
        name,
        engine.tf.tensor(values, fixture.shapes[name]!),
      ]),
    );
  }

  function update(optimizer: Optimizer, from: number, to: number): void {
    for (let index = from; index < to; index += 1) {
      const gradients = gradientsAt(index);
      optimizer.applyGradients(gradients, fixture.learningRates[index % 6]!);
      engine.tf.dispose(gradients);
    }
  }

  const weights = (): Promise<number[][]> =>
    Promise.all(variables.map(async (variable) => [...(await variable.data())]));

  describe.each(fixture.cases)('$name', ({ config, weights: expected }) => {
    const { decays } = config;
    const full = {
      ...config,
      ...(decays === undefined ? {} : { decays: (name: string) => name.endsWith(decays) }),
    } as OptimizerConfig;

    test('six updates give the weights that PyTorch gives', async () => {
      const optimizer = createOptimizer(engine, variables, full);
      update(optimizer, 0, 6);
      expect(optimizer.step).toBe(6);
      for (const variable of variables) {
        const values = [...(await variable.data())];
        for (const [index, value] of expected[variable.name]!.entries()) {
          expect(values[index]).toBeCloseTo(value, toleranceDigits);
        }
      }
      optimizer.dispose();
    });

    test('training that was saved and restored ends with the same bits', async () => {
      const whole = createOptimizer(engine, variables, full);
      update(whole, 0, 3);
      const saved = await whole.getState();
      const savedWeights = await weights();
      update(whole, 3, 9);
      const wanted = await weights();
      const wantedState = await whole.getState();
      whole.dispose();
      for (const [index, variable] of variables.entries()) {
        const value = engine.tf.tensor(savedWeights[index]!, variable.shape);
        variable.assign(value);
        value.dispose();
      }
      const resumed = createOptimizer(engine, variables, full);
      resumed.setState(saved);
      expect(resumed.step).toBe(3);
      update(resumed, 3, 9);
      expect(await weights()).toEqual(wanted);
      expect(await resumed.getState()).toEqual(wantedState);
      resumed.dispose();
    });
  });

  test('a hundred updates leave no tensor behind', () => {
    const optimizer = createOptimizer(engine, variables, { type: 'adamw' });
    update(optimizer, 0, 1);
    const before = engine.tf.memory().numTensors;
    const nativeBefore = nativeTensors(engine);
    update(optimizer, 1, 101);
    expect(engine.tf.memory().numTensors).toBe(before);
    expect(nativeTensors(engine)).toBe(nativeBefore);
    optimizer.dispose();
  });

  test('each variable learns at its own rate, and one of rate 0 not at all', async () => {
    const before = await weights();
    const gradients = gradientsAt(0);
    const moved = async (rateOf?: (name: string) => number): Promise<number[]> => {
      const optimizer = createOptimizer(engine, variables, {
        type: 'sgd',
        ...(rateOf && { rateOf }),
      });
      const from = (await weights())[0]!;
      optimizer.applyGradients(gradients, 0.1);
      optimizer.dispose();
      return (await weights())[0]!.map((value, index) => value - from[index]!);
    };
    const whole = await moved();
    const half = await moved((name) => (name === variables[0]!.name ? 0.5 : 0));
    engine.tf.dispose(gradients);
    for (const [index, value] of half.entries()) expect(value).toBeCloseTo(whole[index]! / 2, 6);
    const after = await weights();
    const others = gradientsAt(0);
    for (const [index, variable] of variables.slice(1).entries()) {
      const gradient = others[variable.name]!.dataSync()[0]!;
      expect(after[index + 1]![0]).toBeCloseTo(before[index + 1]![0]! - 0.1 * gradient, 5);
    }
    engine.tf.dispose(others);
    expect(() =>
      createOptimizer(engine, variables, { type: 'adam', rateOf: () => Number.NaN }),
    ).toThrow(
      `Optimizer's rateOf("${variables[0]!.name}"): expected a number of at least 0, got NaN.`,
    );
  });

  test('a variable without a gradient is left alone', async () => {
    const optimizer = createOptimizer(engine, variables, { type: 'adamw' });
    const [kernel, bias] = await weights();
    const gradients = gradientsAt(0);
    optimizer.applyGradients({ 'dense/bias': gradients['dense/bias']! }, 0.1);
    engine.tf.dispose(gradients);
    const after = await weights();
    expect(after[0]).toEqual(kernel);
    expect(after[1]).not.toEqual(bias);
    optimizer.dispose();
  });

  test('a clone keeps the value it had, and the array a weight came from is never written to', async () => {
    const { tf } = engine;
    const array = Float32Array.of(1, 2, 3);
    const initial = tf.tensor1d(array);
    const variable = tf.variable(initial, true, 'cloned');
    initial.dispose();
    const optimizer = createOptimizer(engine, [variable], { type: 'sgd' });
    const gradient = tf.tensor1d([1, 1, 1]);
    for (const expected of [
      [1, 2, 3],
      [0, 1, 2],
    ]) {
      const clone = variable.clone();
      optimizer.applyGradients({ cloned: gradient }, 1);
      expect([...(await clone.data())]).toEqual(expected);
      clone.dispose();
    }
    expect([...(await variable.data())]).toEqual([-1, 0, 1]);
    expect([...array]).toEqual([1, 2, 3]);
    optimizer.dispose();
    tf.dispose([gradient, variable]);
  });

  test('weights that were set from outside are what the next update starts from', async () => {
    const optimizer = createOptimizer(engine, variables, { type: 'sgd' });
    update(optimizer, 0, 2);
    const [kernel] = variables;
    const value = engine.tf.fill(kernel!.shape, 5);
    kernel!.assign(value);
    value.dispose();
    const gradients = gradientsAt(0);
    optimizer.applyGradients(gradients, 0);
    engine.tf.dispose(gradients);
    expect(new Set((await weights())[0])).toEqual(new Set([5]));
    optimizer.dispose();
  });

  test('gradients and states that do not fit are refused by name', async () => {
    const optimizer = createOptimizer(engine, variables, { type: 'adam' });
    const wrong = engine.tf.zeros([2, 2]);
    expect(() => optimizer.applyGradients({ 'dense/kernel': wrong }, 1)).toThrow(
      'Gradient "dense/kernel": expected shape [3, 4], got [2, 2].',
    );
    expect(() => optimizer.applyGradients({ other: wrong }, 1)).toThrow(
      'Gradient "other": expected the name of one of the optimizer\'s variables.',
    );
    wrong.dispose();
    const state = await optimizer.getState();
    const { 'dense/bias/v': removed, ...rest } = state;
    expect(() => optimizer.setState(rest)).toThrow(
      'Optimizer state has no "dense/bias/v". Was it saved by another optimizer or model?',
    );
    expect(() => optimizer.setState({ ...state, extra: removed! })).toThrow(
      'Optimizer state has "extra", which belongs to none of the 2 variables.',
    );
    const misshaped = { ...removed!, shape: [2, 2] };
    expect(() => optimizer.setState({ ...state, 'dense/bias/v': misshaped })).toThrow(
      'Optimizer state "dense/bias/v": expected shape [4], got [2, 2] with 4 values.',
    );
    optimizer.dispose();
  });

  test('clipping scales all gradients together as PyTorch does', async () => {
    const { maxNorm, norm, gradients: expected } = fixture.clipped;
    const gradients = gradientsAt(0);
    const clipped = clipByGlobalNorm(engine, gradients, maxNorm);
    expect((await clipped.norm.data())[0]).toBeCloseTo(norm, toleranceDigits);
    for (const [name, values] of Object.entries(expected)) {
      const actual = [...(await clipped.gradients[name]!.data())];
      for (const [index, value] of values.entries()) {
        expect(actual[index]).toBeCloseTo(value, toleranceDigits);
      }
    }
    engine.tf.dispose([gradients, clipped.gradients, clipped.norm] as never);
  });

  test('gradients below the limit are not changed', async () => {
    const gradients = gradientsAt(0);
    const clipped = clipByGlobalNorm(engine, gradients, 1000);
    for (const [name, gradient] of Object.entries(gradients)) {
      expect(await clipped.gradients[name]!.data()).toEqual(await gradient.data());
    }
    engine.tf.dispose([gradients, clipped.gradients, clipped.norm] as never);
  });
}

function nativeTensors(engine: Engine): number {
  return engine.native?.getNumOfTFTensors() ?? 0;
}
