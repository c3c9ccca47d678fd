import type { Engine, Tensor } from '@limber/engine';
import { loadEngine } from '@limber/engine';
import { beforeAll, expect, test } from 'vitest';
import { createPretrainedPose } from './movenet-pose.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine({ backend: 'javascript' });
});

test('joints are y, x and a score as parts of the input, and nothing is left on the device', async () => {
  const inputSize = { height: 64, width: 32 };
  const seen: { shape: number[]; pixels: number[] }[] = [];
  const model = {
    execute: (input: unknown): Tensor => {
      const tensor = input as Tensor;
      seen.push({ shape: tensor.shape, pixels: [...tensor.dataSync()] });
      const numbers = Array.from({ length: 17 }, (_, joint) => [0.5, joint / 32, joint / 16]);
      return engine.tf.tensor(numbers.flat(), [1, 1, 17, 3]);
    },
    dispose: () => {},
  };
  const pose = createPretrainedPose(engine, model, inputSize);
  const image = Uint8Array.from({ length: 64 * 32 * 3 }, (_, at) => at % 256);
  const before = engine.tf.memory().numTensors;
  const { keypoints, scores } = await pose.locate(image);
  expect(engine.tf.memory().numTensors).toBe(before);
  expect(seen).toEqual([{ shape: [1, 64, 32, 3], pixels: [...image] }]);
  expect([...keypoints.subarray(0, 6)]).toEqual([0, 32, 1, 32, 2, 32]);
  expect([...scores.subarray(0, 3)]).toEqual([0, 1 / 16, 2 / 16]);
});
