import { loadEngine } from '@limber/engine';
import { expect, test } from 'vitest';
import { imageNetNormalization, normalizeImages } from './normalize-images.ts';

test('each color of each pixel becomes (pixel / 255 - mean) / std of the model', async () => {
  const engine = await loadEngine();
  const before = engine.tf.memory().numTensors;
  const pixels = Uint8Array.from({ length: 2 * 2 * 3 * 3 }, (_, at) => (at * 37) % 256);
  pixels.set([0, 255, 128]);
  const images = normalizeImages(engine, pixels, {
    spec: { inputSize: { height: 2, width: 3 } },
    normalization: imageNetNormalization,
  });
  expect(images.shape).toEqual([2, 2, 3, 3]);
  expect(images.dtype).toBe('float32');
  const mean = [0.485, 0.456, 0.406];
  const std = [0.229, 0.224, 0.225];
  const values = images.dataSync<'float32'>();
  for (const [at, value] of values.entries()) {
    expect(value).toBeCloseTo((pixels[at]! / 255 - mean[at % 3]!) / std[at % 3]!, 5);
  }
  images.dispose();
  expect(engine.tf.memory().numTensors).toBe(before);
});
