import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { hasWebgpu } from '../packages/engine/src/loading/find-webgpu.suite.ts';
import { hasNativeEngine } from '../packages/engine/src/loading/find-test-engine.suite.ts';
import type { Moment, Outcome } from './killable-process.ts';
import { digests, runUntil } from './killable-process.ts';

vi.setConfig({ testTimeout: 600_000 });

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);
const root = mkdtempSync(join(tmpdir(), 'limber-webgpu-'));
afterAll(() => rmSync(root, { recursive: true }));

/**
 * Two images of 32x32 leave the deepest batch normalisations few values, so that roundings grow from step to step:
 * WebAssembly differs from the native engine by 2e-3 on the same data, SwiftShader by 6e-3.
 */
const largestDifference = 1e-2;

/** A step takes seconds on SwiftShader; the long form has 30. */
const steps = Number(process.env['LIMBER_WEBGPU_STEPS'] ?? 8);

async function lossesOn(backend: 'webgpu' | 'native'): Promise<number[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    fixture('some-steps.mjs'),
    backend,
    `${steps}`,
  ]);
  return JSON.parse(stdout) as number[];
}

test.runIf(hasWebgpu && hasNativeEngine)(
  'steps of limber-tiny on WebGPU have the losses of the native engine',
  async () => {
    const native = await lossesOn('native');
    const webgpu = await lossesOn('webgpu');
    expect([webgpu.length, native.length]).toEqual([steps, steps]);
    expect(native.at(-1)).toBeLessThan(native[0]! * 0.75);
    const differences = webgpu.map((loss, step) => Math.abs(loss - native[step]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(largestDifference);
  },
);

function fit(folder: string, moment: Moment | null): Promise<Outcome> {
  const command = [process.execPath, fixture('killable-fit.mjs'), folder, 'webgpu'];
  return runUntil(moment, { folder, command });
}

test.runIf(hasWebgpu)(
  'a fit on WebGPU that was killed and run again leaves the bytes of one that never was',
  async () => {
    const whole = join(root, 'whole');
    expect(await fit(whole, null)).toMatchObject({ exitCode: 0 });
    const folder = join(root, 'killed');
    const moment = { phase: 'window', occurrence: 9, delayMs: 1 } as const;
    expect(await fit(folder, moment)).toMatchObject({ exitCode: null });
    expect(await fit(folder, null)).toMatchObject({ exitCode: 0 });
    expect(digests(folder)).toEqual(digests(whole));
  },
);
