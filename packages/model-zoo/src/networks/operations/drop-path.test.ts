import type { Engine, Tensor } from '@limber/engine';
import { loadEngine } from '@limber/engine';
import { createRandom } from '@limber/keypoints';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createLayersNetwork } from '../layers-network.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine();
});
afterEach(() => vi.restoreAllMocks());

const images = 400;
const rate = 0.25;

/** What drop-path makes of ones, with the draws of a key, as the trainer keys them by seed and step. */
function drop(key: string, isTraining = true): number[][] {
  const { tf } = engine;
  const random = createRandom(key);
  vi.spyOn(Math, 'random').mockImplementation(() => random.uniform());
  const { network } = createLayersNetwork(engine);
  const input = tf.input({ shape: [1, 2, 3] });
  const model = tf.model({ inputs: input, outputs: network.dropPath('drop', input, { rate }) });
  return tf.tidy(() => {
    const output = model.apply(tf.ones([images, 1, 2, 3]), { training: isTraining }) as Tensor;
    return output.reshape([images, 6]).arraySync() as number[][];
  });
}

test('leaves whole images out in training, and scales the others so that the mean stays', () => {
  const rows = drop('a');
  const kept = Math.fround(1 / (1 - rate));
  for (const row of rows) expect([0, kept]).toContain(row[0]);
  expect(rows.every((row) => row.every((value) => value === row[0]))).toBe(true);
  const share = rows.filter(([first]) => first === 0).length / images;
  expect(share).toBeGreaterThan(rate - 0.07);
  expect(share).toBeLessThan(rate + 0.07);
});

test('leaves the same ones out for the same key, and none when nothing is trained', () => {
  expect(drop('a')).toEqual(drop('a'));
  expect(drop('b')).not.toEqual(drop('a'));
  expect(
    drop('a', false)
      .flat()
      .every((value) => value === 1),
  ).toBe(true);
});
