import { describe, expect, test } from 'vitest';
import { hasNativeEngine, loadNativeEngine } from '../loading/find-test-engine.suite.ts';
import { profileOperations } from './profile-operations.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  test('every operation is counted under its name, and only while profiled', async () => {
    const engine = await loadNativeEngine();
    const { tf } = engine;
    const x = tf.randomNormal([8, 8]);
    const work = (): void => {
      tf.tidy(() =>
        x
          .matMul(x as never)
          .relu()
          .relu(),
      );
    };
    work();
    const profiles = await profileOperations(engine, work);
    work();
    const counts = Object.fromEntries(profiles.map(({ name, count }) => [name, count]));
    expect(counts).toMatchObject({ Relu: 2 });
    expect(Object.keys(counts).some((name) => name.includes('MatMul'))).toBe(true);
    const times = profiles.map(({ milliseconds }) => milliseconds);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(times.every((time) => time > 0)).toBe(true);
    x.dispose();
  });
});
