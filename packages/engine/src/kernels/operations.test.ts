import { expect, test } from 'vitest';
import type { NativeBackend } from '../loading/native-backend.ts';
import { createOperations } from './operations.ts';

test('an operation whose kernel says nothing about mixed precision is refused', () => {
  const backend = {
    binding: {},
    executeSingleOutput: () => 'output',
  } as unknown as NativeBackend;
  const operations = createOperations(backend, new Map([['Softplus', { rule: 'follow' }]]));
  expect(operations.run('Softplus', {}, [])).toBe('output');
  expect(() => operations.run('SoftplusGrad', {}, [])).toThrow(
    'SoftplusGrad: no cast policy. Name the operation in the cast of its kernel.',
  );
});
