import { readFileSync } from 'node:fs';
import type { Tensor4D } from '@limber/engine';
import { expect, test } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { heatmapLoss } from './heatmap-loss.ts';

interface Golden {
  readonly predicted: number[];
  readonly target: number[];
  readonly weights: number[];
  readonly loss: number;
  readonly gradient: number[];
}

test("loss and gradient are PyTorch's", async () => {
  const url = new URL('heatmap-loss.golden.json', import.meta.url);
  const golden = JSON.parse(readFileSync(url, 'utf8')) as Golden;
  const engine = await loadTestEngine();
  const { tf } = engine;
  const shape: [number, number, number, number] = [2, 2, 3, 2];
  const target = tf.tensor4d(golden.target, shape);
  const weights = tf.tensor2d(golden.weights, [2, 2]);
  const { value, grad } = tf.valueAndGrad((predicted) =>
    heatmapLoss(engine, predicted as Tensor4D, { target, weights }),
  )(tf.tensor4d(golden.predicted, shape));
  expect(value.dataSync()[0]).toBeCloseTo(golden.loss, 4);
  const gradient = [...grad.dataSync()];
  for (const [at, expected] of golden.gradient.entries()) {
    expect(gradient[at]).toBeCloseTo(expected, 4);
  }
});
