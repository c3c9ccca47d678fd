import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineManifest } from './installed-engine.ts';
import { damagedFiles, inspectEngine, recordFile } from './installed-engine.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(os.tmpdir(), 'limber-engine-'));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib/addon.node'), 'addon');
  writeFileSync(join(folder, 'lib/library.so'), 'library');
  const manifest: EngineManifest = {
    formatVersion: 1,
    tensorflowVersion: '2.21.0',
    variant: 'cpu',
    origin: 'wheel',
    addon: 'lib/addon.node',
    files: {
      'lib/addon.node': await recordFile(join(folder, 'lib/addon.node')),
      'lib/library.so': await recordFile(join(folder, 'lib/library.so')),
    },
  };
  writeFileSync(join(folder, 'engine.json'), JSON.stringify(manifest));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder with its manifest and all files is ready', () => {
  expect(inspectEngine(folder)).toMatchObject({
    state: 'ready',
    engine: { folder, addonPath: join(folder, 'lib/addon.node') },
  });
});

test('a folder without a manifest is no engine, whatever else is in it', () => {
  rmSync(join(folder, 'engine.json'));
  expect(inspectEngine(folder)).toEqual({ state: 'absent' });
  expect(inspectEngine(join(folder, 'nowhere'))).toEqual({ state: 'absent' });
});

test('a missing, shortened or changed file is damage', () => {
  const because = (): unknown => (inspectEngine(folder) as { because?: unknown }).because;
  writeFileSync(join(folder, 'lib/addon.node'), 'ADDON');
  expect(because()).toBe('lib/addon.node does not match its checksum');
  writeFileSync(join(folder, 'lib/library.so'), 'libr');
  expect(because()).toBe('lib/library.so has 4 bytes, expected 7');
  rmSync(join(folder, 'lib/library.so'));
  expect(because()).toBe('lib/library.so is missing');
  writeFileSync(join(folder, 'engine.json'), '{ "form');
  expect(because()).toBe('engine.json is not JSON');
});

test('a library of the right size with other bytes is found by hashing everything', async () => {
  writeFileSync(join(folder, 'lib/library.so'), 'LIBRARY');
  const found = inspectEngine(folder);
  expect(found.state).toBe('ready');
  if (found.state === 'ready') {
    expect(await damagedFiles(found.engine)).toEqual(['lib/library.so']);
  }
});
