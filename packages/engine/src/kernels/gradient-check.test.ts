import { expect, test } from 'vitest';
import { loadJavascriptBackend } from '../loading/javascript-backend.ts';
import { expectClose, expectGradientOf } from './gradient-check.suite.ts';

const tf = await loadJavascriptBackend();
const numbers = tf.tensor1d([1, 2, 3]);

test.each([
  ['first', [NaN, 2, 3]],
  ['middle', [1, NaN, 3]],
  ['last', [1, 2, NaN]],
])('NaN is close to nothing: as the %s value', (_, values) => {
  const wrong = tf.tensor1d(values);
  expect(() => expectClose(wrong, numbers, 1)).toThrow();
  expect(() => expectClose(numbers, wrong, 1)).toThrow();
  expect(() => expectClose(wrong, wrong, 1)).toThrow();
  expectClose(numbers, numbers, 0);
});

test('a gradient that is NaN, or wrong, is found', () => {
  const square = tf.customGrad((x) => ({
    value: (x as typeof numbers).square(),
    gradFunc: (dy) => (dy as typeof numbers).mul(NaN),
  }));
  const cube = tf.customGrad((x) => ({
    value: (x as typeof numbers).pow(3),
    gradFunc: (dy) => (dy as typeof numbers).mul(numbers.square().mul(2)),
  }));
  for (const f of [square, cube]) {
    const check = (): void =>
      expectGradientOf(tf, (x) => f(x!), { inputs: [numbers], tolerance: 0.1 });
    expect(check).toThrow();
  }
  expectGradientOf(tf, (x) => x!.square(), { inputs: [numbers], tolerance: 0.1 });
});
