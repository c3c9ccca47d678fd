import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@limber/keypoints';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Moment, Outcome } from './killable-process.ts';
import { digests, runUntil } from './killable-process.ts';

/** How often each way to end is tried; the full test takes 60 and 20, and some minutes. */
const kills = Number(process.env['LIMBER_KILLS'] ?? 3);
const terminations = Number(process.env['LIMBER_TERMINATIONS'] ?? 2);

vi.setConfig({ testTimeout: 60_000 + 20_000 * (kills + terminations) });

const script = join(import.meta.dirname, 'fixtures/killable-fit.mjs');
const root = mkdtempSync(join(tmpdir(), 'limber-kill-'));
afterAll(() => rmSync(root, { recursive: true }));

/** What the fit says before it does it. */
const phases = ['saving', 'validation', 'last-batch', 'window', 'batch'] as const;

/** Runs the fit, and sends signals at a moment. */
function run(
  folder: string,
  moment: Moment | null,
  {
    signals = ['SIGKILL'],
    command = [process.execPath, script, folder],
  }: {
    readonly signals?: readonly NodeJS.Signals[];
    readonly command?: readonly string[];
  } = {},
): Promise<Outcome> {
  return runUntil(moment, { folder, command, signals });
}

/** The n-th moment of a test: each phase in turn, at a random place of the fit. */
function drawMoment(name: string, index: number): Moment {
  const random = createRandom(name, index);
  const phase = phases[index % phases.length]!;
  // of each in 4 epochs of 7 batches, with 2 validations of 2 batches and a checkpoint every second batch
  const counts = { saving: 22, validation: 16, 'last-batch': 4, window: 16, batch: 24 };
  return {
    phase,
    occurrence: 1 + Math.floor(random.uniform() * counts[phase]),
    delayMs: Math.floor(random.uniform() * 12),
  };
}

let whole: Record<string, string>;
beforeAll(async () => {
  const folder = join(root, 'whole');
  expect(await run(folder, null)).toMatchObject({ exitCode: 0 });
  whole = digests(folder);
  expect(Object.keys(whole).map((name) => name.replace(/step=\d+/, 'step=n'))).toEqual([
    'best/best-epoch=3-step=n.safetensors',
    'best/best-epoch=3-step=n.safetensors',
    'last/epoch=3-step=n.safetensors',
    'last/epoch=3-step=n.safetensors',
    'metrics.csv',
    'metrics.jsonl',
  ]);
}, 60_000);

describe('a training process', () => {
  test(`killed at ${kills} random moments and run again, leaves the bytes of one that never was`, async () => {
    let killed = 0;
    for (let index = 0; index < kills; index++) {
      const folder = join(root, `kill-${index}`);
      const moment = drawMoment('kill', index);
      const { exitCode } = await run(folder, moment);
      if (exitCode === null) killed++;
      expect(await run(folder, null)).toMatchObject({ exitCode: 0 });
      expect({ moment, files: digests(folder) }).toEqual({ moment, files: whole });
      rmSync(folder, { recursive: true });
    }
    // a moment near the end may come after it
    expect(killed).toBeGreaterThan(kills / 2);
  });

  test(`told to stop at ${terminations} random moments, saves within a step, exits with 143 and goes on exactly`, async () => {
    for (let index = 0; index < terminations; index++) {
      const folder = join(root, `term-${index}`);
      const moment = { ...drawMoment('term', index), delayMs: 0 };
      const { exitCode, saidAfter, stderr } = await run(folder, moment, { signals: ['SIGTERM'] });
      const steps = saidAfter.filter((word) => word.endsWith('batch')).length;
      expect({ moment, exitCode, stderr }).toMatchObject({ exitCode: 143 });
      // the accumulation window at hand has two batches
      expect(steps).toBeLessThanOrEqual(2);
      expect(await run(folder, null)).toMatchObject({ exitCode: 0 });
      expect({ moment, files: digests(folder) }).toEqual({ moment, files: whole });
      rmSync(folder, { recursive: true });
    }
  });

  test('told twice, stops at once, and its last checkpoint still loads', async () => {
    const folder = join(root, 'twice');
    const moment: Moment = { phase: 'batch', occurrence: 12, delayMs: 0 };
    expect((await run(folder, moment, { signals: ['SIGTERM', 'SIGTERM'] })).exitCode).toBe(143);
    expect(await run(folder, null)).toMatchObject({ exitCode: 0 });
    expect(digests(folder)).toEqual(whole);
  });

  test.runIf(process.platform === 'linux')(
    'that cannot write its checkpoint says so, leaves the ones before whole, and goes on from them',
    async () => {
      const folder = join(root, 'full');
      expect((await run(folder, { phase: 'saving', occurrence: 5, delayMs: 0 })).exitCode).toBe(
        null,
      );
      const before = digests(join(folder, 'last'));
      // files of more than 100 kB cannot be written, as on a full disk
      const limited = `ulimit -f 100; exec "${process.execPath}" "${script}" "${folder}"`;
      const { exitCode, stderr } = await run(folder, null, { command: ['bash', '-c', limited] });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /\.safetensors could not be written: the file would be larger than is allowed\. The checkpoints before it are whole: make room, and run again to go on from the last one\.\n$/,
      );
      const after = digests(join(folder, 'last'));
      for (const [name, digest] of Object.entries(before)) {
        if (name.endsWith('.safetensors')) expect(after[name]).toBe(digest);
      }
      expect(Object.keys(after).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect(await run(folder, null)).toMatchObject({ exitCode: 0 });
      expect(digests(folder)).toEqual(whole);
    },
  );
});
