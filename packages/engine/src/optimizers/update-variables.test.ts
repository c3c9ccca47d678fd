import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import type { VariablesUpdate } from '../loading/native-backend.ts';
import type { OptimizerConfig } from './optimizer-config.ts';
import { createOptimizer } from './optimizer.ts';

describe.runIf(hasNativeEngine)('one call of the addon for all variables', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  const configs: readonly OptimizerConfig[] = [
    { type: 'adam', weightDecay: 0.01 },
    { type: 'adamw', weightDecay: 0.05, decays: (name) => !name.endsWith('2') },
    { type: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 1e-4 },
    { type: 'adamw', rateOf: (name) => (name.endsWith('1') ? 0.1 : 1) },
  ];

  test.each(configs)('%o: gives the bytes of one operation after the other', async (config) => {
    const { native } = engine;
    const { binding } = native!;
    expect(binding.applyUpdates).toBeTypeOf('function');
    const together = await train(config);
    native!.binding = Object.create(binding, {
      applyUpdates: { value: undefined },
    }) as typeof binding;
    try {
      expect(await train(config)).toEqual(together);
    } finally {
      native!.binding = binding;
    }
  });

  test('a failure of an operation is an error, and the engine goes on', () => {
    const { applyUpdates } = engine.native!.binding;
    const none = new Int32Array(0);
    const shared = (columns: number): VariablesUpdate => ({
      usesNesterov: false,
      before: none,
      after: none,
      columns,
    });
    const rows = Int32Array.of(-1, 0, -1, 123456789, 123456789, 123456789);
    expect(() => applyUpdates!('ResourceApplyMomentum', shared(6), rows)).toThrow(
      'ResourceApplyMomentum: no tensor 123456789',
    );
    expect(() => applyUpdates!('ResourceApplyMomentum', shared(4), rows)).toThrow(
      'applyUpdates: wrong arguments',
    );
    expect(tf.tidy(() => tf.scalar(2).add(3).dataSync()[0])).toBe(5);
  });

  /** Six updates of three variables, one of them read by a clone, another assigned in between. */
  async function train(config: OptimizerConfig): Promise<unknown> {
    const nativeBefore = engine.native!.getNumOfTFTensors();
    const variables = [0, 1, 2].map((index) =>
      tf.tidy(() =>
        tf.variable(
          tf.randomNormal([7 + index, 33], 0, 1, 'float32', index + 1),
          true,
          `w${index}`,
        ),
      ),
    );
    const optimizer = createOptimizer(engine, variables, config);
    const seen: unknown[] = [];
    for (let step = 0; step < 6; step += 1) {
      const clone = variables[1]!.clone();
      const before = clone.dataSync().slice();
      tf.tidy(() => {
        const gradients = variables.map(({ name, shape }, index) => [
          name,
          tf.randomNormal(shape, 0, 1, 'float32', 10 * step + index + 1),
        ]);
        // a variable without a gradient is left alone
        optimizer.applyGradients(Object.fromEntries(gradients.slice(step === 2 ? 1 : 0)), 1e-2);
      });
      expect(clone.dataSync()).toEqual(before);
      clone.dispose();
      if (step === 3) tf.tidy(() => variables[2]!.assign(tf.ones(variables[2]!.shape)));
      seen.push(variables.map((variable) => variable.dataSync().slice()));
    }
    seen.push(await optimizer.getState());
    optimizer.dispose();
    tf.dispose(variables);
    expect(engine.native!.getNumOfTFTensors()).toBe(nativeBefore);
    return seen;
  }
});
