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

/** Where the steps of a training on one engine led. */
interface Steps {
  readonly losses: readonly number[];
  /** Of the first step, by weight. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** A step takes seconds on SwiftShader; the long form has 30. */
const steps = Number(process.env['LIMBER_WEBGPU_STEPS'] ?? 8);

/** @param change - of each weight before the first step, as a part of it. */
async function trainOn(backend: 'webgpu' | 'native', change = 0): Promise<Steps> {
  const words = [fixture('some-steps.mjs'), backend, `${steps}`, `${change}`];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 1 << 26 });
  const { losses, gradients } = JSON.parse(stdout) as {
    losses: number[];
    gradients: Record<string, string>;
  };
  const read = (base64: string): Float32Array =>
    new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
  const entries = Object.entries(gradients).map(([name, text]) => [name, read(text)] as const);
  return { losses, gradients: new Map(entries) };
}

const normOf = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** The difference of two gradients as a part of one of them, for the weight where it is largest. */
function largestDifference({ gradients: a }: Steps, { gradients: b }: Steps): number {
  expect([...a.keys()]).toEqual([...b.keys()]);
  const parts = [...a].map(([name, values]) => {
    const others = b.get(name)!;
    return normOf(values.map((value, at) => value - others[at]!)) / normOf(others);
  });
  expect(parts.length).toBeGreaterThan(50);
  return Math.max(...parts);
}

/** How far losses are from others, as a part of them: the most up to each step. */
function distances({ losses: a }: Steps, { losses: b }: Steps): number[] {
  let most = 0;
  return a.map((loss, step) => (most = Math.max(most, Math.abs(loss / b[step]! - 1))));
}

/**
 * The engines round differently, and a training makes much of little: after 30 steps, a change of the first weights by
 * 1e-7, less than a bit of float32, has moved the loss by up to half a percent. So the first gradients are compared,
 * which nothing has grown yet, and the losses with what such a change makes of them.
 */
test.runIf(hasWebgpu && hasNativeEngine)(
  'steps of limber-tiny on WebGPU are those of the native engine, but for rounding',
  async () => {
    const native = await trainOn('native');
    const webgpu = await trainOn('webgpu');
    expect([webgpu.losses.length, native.losses.length]).toEqual([steps, steps]);
    expect(native.losses.at(-1)).toBeLessThan(native.losses[0]! * 0.8);
    // each is within 4e-6 of PyTorch's in float64, as PyTorch's own float32 is within 6e-6
    expect(largestDifference(webgpu, native)).toBeLessThan(1e-5);
    const changed: number[][] = [];
    for (const change of [1e-7, 1.1e-7, 1.2e-7, 1.3e-7]) {
      changed.push(distances(await trainOn('native', change), native));
    }
    const spread = native.losses.map((_, step) => Math.max(...changed.map((each) => each[step]!)));
    for (const [step, distance] of distances(webgpu, native).entries()) {
      expect(distance, `step ${step + 1}`).toBeLessThan(3 * spread[step]! + 2e-6);
    }
    // what the losses are held to means something
    expect(spread[4]).toBeLessThan(1e-3);
    expect(spread.at(-1)).toBeLessThan(0.02);
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
