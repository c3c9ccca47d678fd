import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';
import { expect } from 'vitest';

/** Step of the central difference: small against the values, large against float32's rounding. */
const differenceStep = 1e-2;

/** Expects tensors of the same shape and nearly the same values, and disposes neither. */
export function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const [a, e] = [actual.dataSync(), expected.dataSync()];
  const differences = Array.from(a, (value, index) => Math.abs(value - e[index]!));
  // Math.max is NaN if any of them is, and NaN is no less than anything
  expect(Math.max(0, ...differences)).toBeLessThanOrEqual(tolerance);
}

/**
 * Compares the gradient of `sum(f(x) * weights)` with central differences, for a few elements of
 * each input.
 *
 * @param f - a function without kinks near the inputs.
 */
export function expectGradientOf(
  tf: typeof tfjs,
  f: (...inputs: Tensor[]) => Tensor,
  { inputs, tolerance }: { readonly inputs: readonly Tensor[]; readonly tolerance: number },
): void {
  tf.tidy(() => {
    const shape = f(...inputs).shape;
    const weights = tf.randomUniform(shape, -1, 1, 'float32', 11);
    const loss = (...values: Tensor[]): Tensor =>
      f(...values)
        .mul(weights)
        .sum();
    const gradients = tf.grads(loss)([...inputs]);
    for (const [position, input] of inputs.entries()) {
      const values = Float32Array.from(input.dataSync());
      const gradient = gradients[position]!.dataSync();
      for (const index of sampleIndices(values.length)) {
        const at = (offset: number): number => {
          const moved = values.slice();
          moved[index]! += offset;
          const replaced = tf.tensor(moved, input.shape);
          return loss(...inputs.with(position, replaced)).dataSync()[0]!;
        };
        const difference = (at(differenceStep) - at(-differenceStep)) / (2 * differenceStep);
        expect(Math.abs(difference - gradient[index]!)).toBeLessThanOrEqual(tolerance);
      }
    }
  });
}

function sampleIndices(length: number): number[] {
  const count = Math.min(length, 5);
  return Array.from({ length: count }, (_, index) => Math.floor((index * length) / count));
}
