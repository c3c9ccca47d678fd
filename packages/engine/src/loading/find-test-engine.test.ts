import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

async function findWithout(ci: string): Promise<boolean> {
  vi.stubEnv('LIMBER_CACHE_DIR', '/nowhere');
  vi.stubEnv('CI', ci);
  vi.resetModules();
  const found = await import('./find-test-engine.suite.ts');
  return found.hasNativeEngine;
}

test('in CI a missing native engine is a failure', async () => {
  await expect(findWithout('true')).rejects.toThrow(
    /^The native engine in \/nowhere\/engine\/.* is absent\. Run `npx nx run engine:setup`\.$/,
  );
});

test('elsewhere its tests are skipped, with a line that says so', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await findWithout('')).toBe(false);
  expect(write.mock.calls.map(([line]) => line).join('')).toMatch(
    /^Tests of the native engine are skipped\. The native engine in .* is absent\./,
  );
  write.mockRestore();
});
