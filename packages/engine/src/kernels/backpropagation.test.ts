import { describe, expect, test } from 'vitest';
import { createSmallModel, trainStep as step } from '../conformance/small-model.suite.ts';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { trainableVariables } from '../weights/named-weights.ts';
import { recordOperations } from './record-operations.suite.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  test('no gradient of the input image is computed', async () => {
    const model = createSmallModel(tf);
    let loss: Promise<number> | undefined;
    const names = recordOperations(engine.native!, () => {
      loss = step(tf, { model, variables: trainableVariables(model) }, () => {});
    });
    await loss;
    // Three convolutions and a transposed one: the first has no input gradient, the transposed one
    // runs the operation forward.
    expect(names.filter((name) => name === 'Conv2DBackpropFilter')).toHaveLength(4);
    expect(names.filter((name) => name === 'Conv2DBackpropInput')).toHaveLength(3);
    model.dispose();
  });
});
