import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { loadEngine } from '../engine.ts';
import { recordOperations } from './record-operations.suite.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine({ precision: '32' });
});

test('swish is x sigmoid(x) with the slope of PyTorch, in one operation', () => {
  const { tf } = engine;
  const layer = tf.layers.activation({ activation: 'swish' });
  const x = tf.tensor2d([[-20, -1, 0, 0.5, 3, 20]]);
  const operations = recordOperations(engine.native!, () => tf.dispose(layer.apply(x) as Tensor));
  expect(operations).toEqual(['LimberSwish']);
  const { value, grad } = tf.valueAndGrad((input: Tensor) => tf.sum(layer.apply(input) as Tensor))(
    x,
  );
  // torch.nn.functional.silu and its gradient, PyTorch 2.13
  const slopes = [-3.916e-8, 0.0723295, 0.5, 0.7399612, 1.0881041, 1];
  for (const [at, slope] of [...grad.dataSync()].entries())
    expect(slope).toBeCloseTo(slopes[at]!, 5);
  expect(value.dataSync()[0]).toBeCloseTo(-0.2689414 + 0.3112297 + 2.8577224 + 20, 5);
  tf.dispose([x, value, grad]);
});
