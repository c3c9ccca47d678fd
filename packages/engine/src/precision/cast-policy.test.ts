import { expect, test } from 'vitest';
import { targetType, tfjsCastPolicies } from './cast-policy.ts';

test('convolutions and matrix products are cast down whatever they get', () => {
  expect(targetType(tfjsCastPolicies['Conv2D'], [false, false])).toBe('bfloat16');
  expect(targetType(tfjsCastPolicies['BatchMatMul'], [false])).toBe('bfloat16');
});

test('activations follow one input, sums need all', () => {
  expect(targetType(tfjsCastPolicies['Relu'], [true])).toBe('bfloat16');
  expect(targetType(tfjsCastPolicies['Relu'], [false])).toBe('float32');
  expect(targetType({ rule: 'follow' }, [false, true])).toBe('bfloat16');
  expect(targetType(tfjsCastPolicies['Add'], [true, true])).toBe('bfloat16');
  expect(targetType(tfjsCastPolicies['Add'], [true, false])).toBe('float32');
  expect(targetType(tfjsCastPolicies['AddN'], [])).toBe('float32');
});

test('what has no policy computes in float32', () => {
  expect(targetType(tfjsCastPolicies['Mean'], [true])).toBe('float32');
  expect(targetType(tfjsCastPolicies['SquaredDifference'], [true, true])).toBe('float32');
});
