import type { Engine, Tensor } from '@limber/engine';
import { loadEngine } from '@limber/engine';
import { beforeAll, expect, test } from 'vitest';
import { createMultiposeDetector } from './movenet-detector.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine({ backend: 'javascript' });
});

/** Answers with boxes (top, left, bottom, right as parts of the padded input, score), and keeps the input. */
function answering(boxes: readonly (readonly number[])[]): {
  execute: (input: unknown) => Tensor;
  dispose: () => void;
  input: { shape: number[]; pixels: Int32Array };
} {
  const model = {
    input: { shape: [] as number[], pixels: new Int32Array() },
    execute: (input: unknown) => {
      const tensor = input as Tensor;
      model.input = { shape: tensor.shape, pixels: Int32Array.from(tensor.dataSync()) };
      const numbers = new Float32Array(6 * 56);
      for (const [person, box] of boxes.entries()) numbers.set(box, person * 56 + 51);
      return engine.tf.tensor(numbers, [1, 6, 56]);
    },
    dispose: () => {},
  };
  return model;
}

const image = { data: new Uint8Array(128 * 512 * 3).fill(200), height: 128, width: 512 };

test('an image is scaled to a long side of 256 and padded to multiples of 32', async () => {
  const model = answering([]);
  await createMultiposeDetector(engine, model).detect({
    ...image,
    height: 160,
    width: 400,
    data: new Uint8Array(160 * 400 * 3).fill(200),
  });
  // 400 x 160 becomes 256 x 102, and 26 rows of black below it
  expect(model.input.shape).toEqual([1, 128, 256, 3]);
  const row = 256 * 3;
  expect(new Set(model.input.pixels.subarray(0, 102 * row))).toEqual(new Set([200]));
  expect(new Set(model.input.pixels.subarray(102 * row))).toEqual(new Set([0]));
});

test('boxes come back in pixels of the image, cut at its border, best first, weak ones left out', async () => {
  const model = answering([
    [0.25, 0.125, 0.75, 0.25, 0.4],
    [0, 0.5, 1, 1.5, 0.9],
    [0, 0, 1, 1, 0.05],
  ]);
  const found = await createMultiposeDetector(engine, model).detect(image);
  expect(found).toEqual([
    { box: [256, 0, 256, 128], score: expect.closeTo(0.9, 5) as number },
    { box: [64, 32, 64, 64], score: expect.closeTo(0.4, 5) as number },
  ]);
});

test('nothing is left on the device', async () => {
  const detector = createMultiposeDetector(engine, answering([[0, 0, 1, 1, 1]]));
  await detector.detect(image);
  const before = engine.tf.memory().numTensors;
  await detector.detect(image);
  expect(engine.tf.memory().numTensors).toBe(before);
});
