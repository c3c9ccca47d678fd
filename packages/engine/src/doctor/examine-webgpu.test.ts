import { afterEach, expect, test, vi } from 'vitest';
import { hasWebgpu } from '../loading/find-webgpu.suite.ts';
import { examineWebgpu } from './examine-webgpu.ts';

afterEach(() => vi.unstubAllEnvs());

test.runIf(process.platform === 'linux')(
  'a machine without a driver says what it lacks',
  async () => {
    vi.stubEnv('VK_DRIVER_FILES', '/nowhere/icd.json');
    expect(await examineWebgpu()).toEqual({
      state: 'unavailable',
      because:
        'WebGPU: no graphics processor was found: expected a driver for Vulkan (Linux), Metal (macOS) or Direct3D 12 ' +
        '(Windows). Install the driver of the graphics card, or let LIMBER_ENGINE be native or wasm.',
    });
  },
);

test.runIf(hasWebgpu)('a graphics processor is named', async () => {
  const found = await examineWebgpu();
  expect(found).toEqual({ state: 'ready', adapter: expect.stringMatching(/\w+/) });
});
