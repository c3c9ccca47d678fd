import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { hasWebgpu } from '../packages/engine/src/loading/find-webgpu.suite.ts';
import { hasNativeEngine } from '../packages/engine/src/loading/find-test-engine.suite.ts';

vi.setConfig({ testTimeout: 600_000 });

const script = join(import.meta.dirname, 'fixtures/thirty-steps.mjs');

/** float32 rounds differently in another order of operations, and thirty steps carry it on. */
const largestDifference = 1e-3;

async function lossesOn(backend: 'webgpu' | 'native'): Promise<number[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, backend]);
  return JSON.parse(stdout) as number[];
}

test.runIf(hasWebgpu && hasNativeEngine)(
  'thirty steps of limber-tiny on WebGPU have the losses of the native engine',
  async () => {
    const native = await lossesOn('native');
    const webgpu = await lossesOn('webgpu');
    expect(webgpu).toHaveLength(native.length);
    expect(native.at(-1)).toBeLessThan(native[0]! / 2);
    const differences = webgpu.map((loss, step) => Math.abs(loss - native[step]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(largestDifference);
  },
);
