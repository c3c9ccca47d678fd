import { expect, onTestFinished, test, vi } from 'vitest';
import { createOwnNetwork } from './own-network.ts';

test('where there is no unshare there is no network of its own', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('PATH', import.meta.dirname);
  expect(await createOwnNetwork()).toBe(null);
});
