import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { driverVersion, findNvidiaDriver } from './nvidia-driver.ts';

test.each([
  ['NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56', '550.54.15'],
  ['NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.10  Release', '570.86.10'],
  ['something else', null],
])('the version is read out of %j', (text, version) => {
  expect(driverVersion(text)).toBe(version);
});

test('a driver shows its GPUs by name', () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'limber-driver-'));
  const bus = join(folder, 'gpus', '0000:01:00.0');
  mkdirSync(bus, { recursive: true });
  writeFileSync(join(bus, 'information'), 'Model: \t\t NVIDIA H200\nIRQ: 1\n');
  expect(findNvidiaDriver(folder)).toEqual({ version: null, gpus: ['NVIDIA H200'] });
  writeFileSync(join(folder, 'version'), 'NVIDIA UNIX x86_64 Kernel Module  550.54.15  x');
  expect(findNvidiaDriver(folder)).toEqual({ version: '550.54.15', gpus: ['NVIDIA H200'] });
  rmSync(join(folder, 'gpus'), { recursive: true });
  expect(findNvidiaDriver(folder)).toBeNull();
  rmSync(folder, { recursive: true });
});
