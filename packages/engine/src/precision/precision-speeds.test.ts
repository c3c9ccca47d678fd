import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasNativeEngine } from '../loading/find-test-engine.suite.ts';
import type { InstalledEngine } from '../provisioning/installed-engine.ts';
import { locateEngine } from '../provisioning/locate-engine.ts';
import { readBfloat16Features } from './available-precisions.ts';
import { choosePrecision, fasterPrecision } from './choose-precision.ts';
import type { PrecisionSeconds } from './measure-precisions.ts';
import { measurePrecisionSpeeds, readPrecisionSpeeds } from './precision-speeds.ts';

test('bfloat16 is taken where it is faster by more than a twentieth', () => {
  // a ResNet-18 step on a processor with avx512_bf16 and without AMX
  expect(fasterPrecision({ '32': 0.64, 'bf16-mixed': 1.03 })).toBe('32');
  expect(fasterPrecision({ '32': 1, 'bf16-mixed': 0.96 })).toBe('32');
  expect(fasterPrecision({ '32': 1, 'bf16-mixed': 0.94 })).toBe('bf16-mixed');
});

describe.runIf(hasNativeEngine && readBfloat16Features().length > 0)('on this processor', () => {
  let root: string;
  /** The engine of this machine, as if it lay where nothing was measured yet. */
  let engine: InstalledEngine;
  let seconds: PrecisionSeconds | undefined;
  let file: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'limber-speeds-'));
    const found = locateEngine();
    if (found.state !== 'ready') throw new Error(found.state);
    engine = { ...found.engine, folder: join(root, 'engine') };
    expect(readPrecisionSpeeds(engine)).toBeUndefined();
    seconds = await measurePrecisionSpeeds(engine);
    const [name] = await readdir(join(root, 'speeds'));
    file = join(root, 'speeds', name!);
  });
  afterAll(() => rm(root, { recursive: true }));

  test('the speeds are measured once and kept beside the engine', async () => {
    expect(seconds!['32']).toBeGreaterThan(0);
    expect(seconds!['bf16-mixed']).toBeGreaterThan(0);
    expect(readPrecisionSpeeds(engine)).toEqual(seconds);
    // nothing could be measured with this addon
    const known = await measurePrecisionSpeeds({ ...engine, addonPath: '/nowhere.node' });
    expect(known).toEqual(seconds);
  });

  test.each([
    '',
    '{',
    '{"seconds": {"32": 1}}',
    '{"seconds": {"32": 1, "bf16-mixed": -1}}',
    'null',
  ])('a file that says something else is as good as none: %s', async (text) => {
    await writeFile(file, text);
    expect(readPrecisionSpeeds(engine)).toBeUndefined();
  });

  test.each([
    [{ '32': 2, 'bf16-mixed': 1 }, 'bf16-mixed'],
    [{ '32': 1, 'bf16-mixed': 2 }, '32'],
  ] as const)('auto goes by what was measured: %o', async (measured, expected) => {
    await writeFile(file, JSON.stringify({ seconds: measured }));
    expect(await choosePrecision('auto', 'native-cpu', engine)).toBe(expected);
    expect(await choosePrecision('32', 'native-cpu', engine)).toBe('32');
    expect(await choosePrecision('bf16-mixed', 'native-cpu', engine)).toBe('bf16-mixed');
  });
});
