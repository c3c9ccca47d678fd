import { expect, test, vi } from 'vitest';
import { loadEngine } from './engine.ts';

test('one engine per process: the same options give the same engine, others are refused', async () => {
  const engine = await loadEngine({ backend: 'javascript', threads: 1 });
  expect(engine.kind).toBe('javascript');
  expect(engine.tf.getBackend()).toBe('cpu');
  expect(await loadEngine({ backend: 'javascript', threads: 1 })).toBe(engine);
  expect(() => loadEngine({ backend: 'javascript', threads: 2 })).toThrow(
    'The engine is already loaded with {"threads":1,"precision":"32","backend":"javascript"}, got ' +
      '{"threads":2,"precision":"32","backend":"javascript"}. ' +
      'TensorFlow reads these once per process: load it with one set of options.',
  );
});

test('an engine that LIMBER_ENGINE does not know is refused', async () => {
  vi.stubEnv('LIMBER_ENGINE', 'gpu');
  vi.resetModules();
  const fresh = await import('./engine.ts');
  await expect(fresh.loadEngine()).rejects.toThrow(
    'LIMBER_ENGINE: expected auto, native, wasm, webgpu, javascript, got "gpu".',
  );
  vi.unstubAllEnvs();
});
