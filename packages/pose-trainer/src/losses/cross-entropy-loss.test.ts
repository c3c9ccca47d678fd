import type { Tensor4D } from '@limber/engine';
import { expect, test } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { crossEntropyLoss } from './cross-entropy-loss.ts';

const pixels = 6;
const shape: [number, number, number, number] = [1, 2, 3, 2];
/** [h x w, K]: of the second joint, the network is sure and wrong. */
const logits = [0.5, -3, -1, 2, 0.25, -40, 1.5, 5, -2, 0, 0.1, 1];
const target = [0.2, 0, 1, 0, 0.6, 1, 0.2, 0, 0, 0, 0, 0];

/** The softmax of one joint over the pixels. */
function softmax(joint: number): number[] {
  const powers = Array.from({ length: pixels }, (_, at) => Math.exp(logits[at * 2 + joint]!));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

const sumOfTarget = (joint: number): number =>
  target.filter((_, at) => at % 2 === joint).reduce((total, value) => total + value, 0);

test('after a sigmoid it is the cross entropy of a softmax over the pixels, with its gradient', async () => {
  const engine = await loadTestEngine();
  const { tf } = engine;
  const truth = { target: tf.tensor4d(target, shape), weights: tf.tensor2d([1, 1], [1, 2]) };
  const { value, grad } = tf.valueAndGrad((z) =>
    crossEntropyLoss(engine, z.sigmoid() as Tensor4D, truth),
  )(tf.tensor4d(logits, shape));
  let expected = 0;
  const gradient = grad.dataSync();
  for (const joint of [0, 1]) {
    for (const [at, share] of softmax(joint).entries()) {
      const wanted = target[at * 2 + joint]! / sumOfTarget(joint);
      expected -= (wanted * Math.log(share)) / 2;
      expect(gradient[at * 2 + joint]).toBeCloseTo((share - wanted) / 2, 4);
    }
  }
  expect(value.dataSync()[0]).toBeCloseTo(expected, 3);
});

test('a joint of weight 0 has no part in it, and without any joint it is 0', async () => {
  const engine = await loadTestEngine();
  const { tf } = engine;
  const lossWith = (weights: number[]): number =>
    tf.tidy(() => {
      const truth = { target: tf.tensor4d(target, shape), weights: tf.tensor2d(weights, [1, 2]) };
      const predicted = tf.tensor4d(logits, shape).sigmoid();
      return crossEntropyLoss(engine, predicted as Tensor4D, truth).dataSync()[0]!;
    });
  expect((lossWith([1, 0]) + lossWith([0, 1])) / 2).toBeCloseTo(lossWith([1, 1]), 4);
  expect(lossWith([0, 0])).toBe(0);
});
