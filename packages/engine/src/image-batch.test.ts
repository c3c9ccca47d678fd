import { expect, test } from 'vitest';
import { loadEngine } from './engine.ts';
import { imageBatch } from './image-batch.ts';
import { testImageBatch } from './image-batch.suite.ts';

test('pixels are normalised per channel on the JavaScript engine', async () => {
  const engine = await loadEngine({ backend: 'javascript' });
  await testImageBatch(engine);
  expect(() =>
    imageBatch(engine, new Uint8Array(5), {
      shape: [1, 2, 2, 3],
      mean: [0, 0, 0],
      std: [1, 1, 1],
    }),
  ).toThrow('Image batch: expected 12 values for shape [1, 2, 2, 3], got 5.');
});
