import { expect, test } from 'vitest';
import { castPolicy, targetType } from './cast-policy.ts';

test('convolutions and matrix products are cast down whatever they get', () => {
  expect(targetType(castPolicy('Conv2D'), [false, false])).toBe('bfloat16');
  expect(targetType(castPolicy('BatchMatMul'), [false])).toBe('bfloat16');
});

test('activations follow one input, sums need all', () => {
  expect(targetType(castPolicy('Relu'), [true])).toBe('bfloat16');
  expect(targetType(castPolicy('Relu'), [false])).toBe('float32');
  expect(targetType(castPolicy('ReluGrad'), [false, true])).toBe('bfloat16');
  expect(targetType(castPolicy('Add'), [true, true])).toBe('bfloat16');
  expect(targetType(castPolicy('Add'), [true, false])).toBe('float32');
  expect(targetType(castPolicy('AddN'), [])).toBe('float32');
});

test('what is not listed computes in float32', () => {
  expect(targetType(castPolicy('Mean'), [true])).toBe('float32');
  expect(targetType(castPolicy('SquaredDifference'), [true, true])).toBe('float32');
});
