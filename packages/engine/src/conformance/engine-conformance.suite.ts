import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import type { CheckedOperation } from './checked-operation.suite.ts';
import { convolutionChecks } from './convolutions.suite.ts';
import { elementwiseChecks } from './elementwise.suite.ts';
import type { Float64Tensor } from './float64-array.suite.ts';
import { distinctValues, randomValues } from './float64-array.suite.ts';
import { normalizationChecks } from './normalization.suite.ts';
import { imageChecks } from './pooling-and-resizing.suite.ts';
import { shapeChecks } from './shapes-and-sums.suite.ts';

/** What float32 sums of some dozens of numbers around 1 come to, as a part of the largest. */
const defaultTolerance = 4e-6;

/** Step of the central differences of the references: they are in float64. */
const differenceStep = 1e-5;

/** What central differences in float64 come to, beside the engine's own rounding. */
const differenceTolerance = 1e-8;

/**
 * What holds on every engine: operations have the values and gradients of plain ones in float64. A gradient is
 * compared with central differences of those, for elements spread over every input.
 */
export function testOperations(load: () => Promise<Engine>): void {
  let engine: Engine;
  beforeAll(async () => {
    engine = await load();
  });

  const groups: Readonly<Record<string, readonly CheckedOperation[]>> = {
    convolutions: convolutionChecks,
    'pooling and resizing': imageChecks,
    'batch normalisation': normalizationChecks,
    'functions of values': elementwiseChecks,
    'sums and shapes': shapeChecks,
  };
  describe.each(Object.entries(groups))('%s', (_, checks) => {
    test.each(checks.map((check) => [check.name, check] as const))(
      '%s has the value and the gradients of float64, and leaves nothing',
      async (_name, check) => {
        const before = engine.tf.memory().numTensors;
        await checkOperation(engine, check);
        expect(engine.tf.memory().numTensors).toBe(before);
      },
    );
  });
}

async function checkOperation({ tf }: Engine, check: CheckedOperation): Promise<void> {
  const inputs = check.inputs.map((shape, position): Float64Tensor => {
    const size = shape.reduce((product, side) => product * side, 1);
    const create = check.isChoosing === true ? distinctValues : randomValues;
    const values = create(size, position + 1);
    return { shape, values: values.map((value) => check.prepare?.(value, position) ?? value) };
  });
  const expected = check.reference(...inputs);
  const weights = randomValues(expected.values.length, 99);
  const { value, gradients } = tf.tidy(() => {
    const tensors = inputs.map(({ shape, values }) =>
      tf.tensor(Float32Array.from(values), [...shape]),
    );
    const run = (...values: Tensor[]): Tensor => check.run(tf, ...(values as never[]));
    const dy = tf.tensor(Float32Array.from(weights), [...expected.shape]);
    return {
      value: run(...tensors),
      gradients: check.hasNoGradient === true ? [] : tf.grads(run)(tensors, dy),
    };
  });
  expect(value.shape).toEqual(expected.shape);
  expectNear(await value.data(), expected.values, check.tolerance);
  for (const [position, gradient] of gradients.entries()) {
    expect(gradient.shape).toEqual(inputs[position]!.shape);
    const indices = spreadOver(gradient.size);
    const wanted = differentiate(check, inputs, { position, weights, indices });
    const values = await gradient.data();
    expectNear(
      indices.map((index) => values[index]!),
      wanted,
      check.tolerance,
    );
  }
  tf.dispose([value, ...gradients]);
}

/** So many elements of an input are moved, among them the first and the last. */
const mostElements = 12;

function spreadOver(size: number): number[] {
  const count = Math.min(size, mostElements);
  return Array.from({ length: count }, (_, index) =>
    Math.round((index * (size - 1)) / Math.max(1, count - 1)),
  );
}

/** Central differences of `sum(weights * reference(inputs))` by some elements of one input. */
function differentiate(
  { reference }: CheckedOperation,
  inputs: readonly Float64Tensor[],
  {
    position,
    weights,
    indices,
  }: {
    readonly position: number;
    readonly weights: Float64Array;
    readonly indices: readonly number[];
  },
): Float64Array {
  const { shape, values } = inputs[position]!;
  const lossWith = (index: number, step: number): number => {
    const moved = values.slice();
    moved[index]! += step;
    const result = reference(...inputs.with(position, { shape, values: moved }));
    return result.values.reduce((sum, value, at) => sum + value * weights[at]!, 0);
  };
  return Float64Array.from(
    indices,
    (index) =>
      (lossWith(index, differenceStep) - lossWith(index, -differenceStep)) / (2 * differenceStep),
  );
}

/** NaN is near nothing. */
function expectNear(
  actual: ArrayLike<number>,
  expected: Float64Array,
  tolerance: number = defaultTolerance,
): void {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(1, ...expected.map(Math.abs));
  const differences = Array.from(expected, (value, index) => Math.abs(value - actual[index]!));
  expect(Math.max(0, ...differences)).toBeLessThanOrEqual(
    largest * tolerance + differenceTolerance,
  );
}
