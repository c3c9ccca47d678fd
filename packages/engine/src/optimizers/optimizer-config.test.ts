import { expect, test } from 'vitest';
import { resolveOptimizerConfig } from './optimizer-config.ts';

test("defaults are PyTorch's", () => {
  expect(resolveOptimizerConfig({ type: 'adamw' })).toMatchObject({
    betas: [0.9, 0.999],
    epsilon: 1e-8,
    weightDecay: 0.01,
  });
  expect(resolveOptimizerConfig({ type: 'adam' }).weightDecay).toBe(0);
  expect(resolveOptimizerConfig({ type: 'sgd' })).toMatchObject({ momentum: 0, nesterov: false });
  expect(resolveOptimizerConfig({ type: 'adamw' }).decays('anything')).toBe(true);
});

test('options out of range are refused by name', () => {
  expect(() => resolveOptimizerConfig({ type: 'adam', betas: [0.9, 1] })).toThrow(
    "Optimizer's betas[1]: expected a number in [0, 1), got 1.",
  );
  expect(() => resolveOptimizerConfig({ type: 'adam', epsilon: 0 })).toThrow(
    "Optimizer's epsilon: expected a number above 0, got 0.",
  );
  expect(() => resolveOptimizerConfig({ type: 'sgd', weightDecay: Number.NaN })).toThrow(
    "Optimizer's weightDecay: expected a number of at least 0, got NaN.",
  );
  expect(() => resolveOptimizerConfig({ type: 'sgd', nesterov: true })).toThrow(
    "Optimizer's momentum: expected a number above 0 with nesterov, got 0.",
  );
});
