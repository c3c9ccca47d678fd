import { expect, test } from 'vitest';
import { loadEngine } from './engine.ts';

test('threads below one are refused', () => {
  expect(() => loadEngine({ threads: 0 })).toThrow(
    'threads: expected a whole number of at least 1, got 0.',
  );
});

test('bf16-mixed is refused where nothing computes in bfloat16, auto is not', async () => {
  await expect(loadEngine({ backend: 'javascript', precision: 'bf16-mixed' })).rejects.toThrow(
    'precision: expected "32" on this javascript engine, got "bf16-mixed": ' +
      'the hardware does not compute in bfloat16. "auto" takes what there is.',
  );
  expect((await loadEngine({ backend: 'javascript', precision: 'auto' })).precision).toBe('32');
});
