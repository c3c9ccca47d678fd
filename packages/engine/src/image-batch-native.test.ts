import { expect, test } from 'vitest';
import { testImageBatch } from './image-batch.suite.ts';
import { imageBatch } from './image-batch.ts';
import { hasNativeEngine, loadNativeEngine } from './loading/find-test-engine.suite.ts';

test.runIf(hasNativeEngine)('pixels are normalised per channel on the native engine', async () => {
  await testImageBatch(await loadNativeEngine());
});

test.runIf(hasNativeEngine)('no native tensor of bytes is left behind', async () => {
  const engine = await loadNativeEngine();
  const options = { shape: [1, 2, 2, 3], mean: [0, 0, 0], std: [1, 1, 1] } as const;
  const run = (): void => imageBatch(engine, new Uint8Array(12), options).dispose();
  run();
  const before = engine.native!.getNumOfTFTensors();
  for (let index = 0; index < 10; index += 1) run();
  expect(engine.native!.getNumOfTFTensors()).toBe(before);
});
