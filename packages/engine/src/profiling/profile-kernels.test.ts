import { expect, test } from 'vitest';
import { loadEngine } from '../engine.ts';
import { profileOperations } from './profile-operations.ts';

test('without TensorFlow the kernels of TensorFlow.js are counted', async () => {
  const engine = await loadEngine({ backend: 'wasm', threads: 1 });
  const { tf } = engine;
  const work = (): void => void tf.tidy(() => tf.ones([8, 8]).relu().relu());
  const [first] = await profileOperations(engine, () => {
    work();
    work();
  });
  expect(first).toMatchObject({ name: 'Relu', count: 4 });
});
