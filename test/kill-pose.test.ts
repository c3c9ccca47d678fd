import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@limber/keypoints';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { packTinyShards } from '../packages/pose-trainer/src/fixtures/tiny-shards.suite.ts';
import type { Moment, Outcome } from './killable-process.ts';
import { digests, runUntil } from './killable-process.ts';

/** How often a training is killed on each engine; the full test takes 30 of both precisions, and half an hour. */
const kills = Number(process.env['LIMBER_POSE_KILLS'] ?? 1);
const precisions = (process.env['LIMBER_POSE_PRECISIONS'] ?? '32').split(' ');
const engines = [...precisions.map((precision) => `native ${precision}`), 'wasm 32'];

vi.setConfig({ testTimeout: 120_000 + 180_000 * kills });

const script = join(import.meta.dirname, 'fixtures/killable-pose-fit.mjs');
const root = mkdtempSync(join(tmpdir(), 'limber-kill-pose-'));
beforeAll(() => packTinyShards(root, { train: 11, val: 3 }));
afterAll(() => rmSync(root, { recursive: true }));

/** What the training says before it does it. */
const phases = ['saving', 'validation', 'last-batch', 'window', 'batch'] as const;

function train(folder: string, engine: string, moment: Moment | null): Promise<Outcome> {
  const command = [process.execPath, script, root, folder, ...engine.split(' ')];
  return runUntil(moment, { folder, command });
}

/** The long form takes an hour: one that is cut off has told which moments were right. */
function report(kill: string, { phase, occurrence, delayMs }: Moment): void {
  if (process.env['LIMBER_POSE_KILLS'] === undefined) return;
  console.log(`${kill}, ${delayMs} ms after ${phase} ${occurrence}: the same bytes`);
}

/** All that must not depend on kills: the times of steps are of the clock. */
function resultsIn(folder: string): Record<string, string> {
  const files = Object.entries(digests(folder));
  return Object.fromEntries(files.filter(([name]) => !name.endsWith('timing.jsonl')));
}

test.each(engines)(
  `a pose training on %s, killed at ${kills} random moments and run again, leaves the bytes of one that never was`,
  async (engine) => {
    const folderOf = (name: string): string => join(root, `${engine}-${name}`);
    const { exitCode, said, stderr } = await train(folderOf('whole'), engine, null);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    if (said.includes('unsupported')) return;
    const whole = resultsIn(folderOf('whole'));
    expect(Object.keys(whole)).toContain('model/weights.safetensors');
    let killed = 0;
    for (let index = 0; index < kills; index++) {
      const random = createRandom('kill pose', engine, index);
      const phase = phases[index % phases.length]!;
      const count = said.filter((word) => word === phase).length;
      const occurrence = 1 + Math.floor(random.uniform() * count);
      const moment = { phase, occurrence, delayMs: Math.floor(random.uniform() * 20) };
      const folder = folderOf(`kill-${index}`);
      if ((await train(folder, engine, moment)).exitCode === null) killed++;
      expect(await train(folder, engine, null)).toMatchObject({ exitCode: 0 });
      expect({ moment, files: resultsIn(folder) }).toEqual({ moment, files: whole });
      rmSync(folder, { recursive: true });
      report(`${engine}: ${index + 1} of ${kills}`, moment);
    }
    // a moment near the end may come after it
    expect(killed).toBeGreaterThan(kills / 2);
  },
);
