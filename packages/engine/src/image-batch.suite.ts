import { expect } from 'vitest';
import type { Engine } from './engine.ts';
import { imageBatch } from './image-batch.ts';

const normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** What holds for image batches on every backend. */
export async function testImageBatch(engine: Engine): Promise<void> {
  const pixels = Uint8Array.from({ length: 2 * 3 * 4 * 3 }, (_, index) => (index * 37) % 256);
  const before = engine.tf.memory().numTensors;
  const batch = imageBatch(engine, pixels, { shape: [2, 3, 4, 3], ...normalization });
  expect(batch.shape).toEqual([2, 3, 4, 3]);
  expect(batch.dtype).toBe('float32');
  const values = await batch.data();
  for (const [index, pixel] of pixels.entries()) {
    const channel = (index % 3) as 0 | 1 | 2;
    const expected = (pixel / 255 - normalization.mean[channel]) / normalization.std[channel];
    expect(values[index]).toBeCloseTo(expected, 5);
  }
  batch.dispose();
  expect(engine.tf.memory().numTensors).toBe(before);
}
