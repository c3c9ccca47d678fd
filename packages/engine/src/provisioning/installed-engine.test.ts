import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  damagedFiles,
  type EngineManifest,
  inspectEngine,
  recordFile,
} from './installed-engine.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'limber-engine-'));
  mkdirSync(path.join(folder, 'lib'));
  writeFileSync(path.join(folder, 'lib/addon.node'), 'addon');
  writeFileSync(path.join(folder, 'lib/library.so'), 'library');
  const manifest: EngineManifest = {
    formatVersion: 1,
    tensorflowVersion: '2.21.0',
    variant: 'cpu',
    origin: 'wheel',
    addon: 'lib/addon.node',
    files: {
      'lib/addon.node': await recordFile(path.join(folder, 'lib/addon.node')),
      'lib/library.so': await recordFile(path.join(folder, 'lib/library.so')),
    },
  };
  writeFileSync(path.join(folder, 'engine.json'), JSON.stringify(manifest));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder with its manifest and all files is ready', () => {
  expect(inspectEngine(folder)).toMatchObject({
    state: 'ready',
    engine: { folder, addonPath: path.join(folder, 'lib/addon.node') },
  });
});

test('a folder without a manifest is no engine, whatever else is in it', () => {
  rmSync(path.join(folder, 'engine.json'));
  expect(inspectEngine(folder)).toEqual({ state: 'absent' });
  expect(inspectEngine(path.join(folder, 'nowhere'))).toEqual({ state: 'absent' });
});

test('a missing, shortened or changed file is damage', () => {
  const because = (): unknown => (inspectEngine(folder) as { because?: unknown }).because;
  writeFileSync(path.join(folder, 'lib/addon.node'), 'ADDON');
  expect(because()).toBe('lib/addon.node does not match its checksum');
  writeFileSync(path.join(folder, 'lib/library.so'), 'libr');
  expect(because()).toBe('lib/library.so has 4 bytes, expected 7');
  rmSync(path.join(folder, 'lib/library.so'));
  expect(because()).toBe('lib/library.so is missing');
  writeFileSync(path.join(folder, 'engine.json'), '{ "form');
  expect(because()).toBe('engine.json is not JSON');
});

test('a library of the right size with other bytes is found by hashing everything', async () => {
  writeFileSync(path.join(folder, 'lib/library.so'), 'LIBRARY');
  const found = inspectEngine(folder);
  expect(found.state).toBe('ready');
  if (found.state === 'ready') {
    expect(await damagedFiles(found.engine)).toEqual(['lib/library.so']);
  }
});
