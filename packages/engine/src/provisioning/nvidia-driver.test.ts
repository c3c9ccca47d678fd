import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driverVersion, findNvidiaDriver } from './nvidia-driver.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(os.tmpdir(), 'limber-driver-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function place(file: string, text = ''): string {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** The driver's library as it is installed: a link to a file that has the version in its name. */
function placeLibrary(folder: string, version: string): string {
  place(`${folder}/libcuda.so.${version}`);
  const link = join(root, folder, 'libcuda.so.1');
  symlinkSync(`libcuda.so.${version}`, link);
  return link;
}

function find(env: NodeJS.ProcessEnv = {}): ReturnType<typeof findNvidiaDriver> {
  return findNvidiaDriver({ root, env });
}

test.each([
  ['NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56', '550.54.15'],
  ['NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.10  Release', '570.86.10'],
  ['something else', null],
])('the version is read out of %j', (text, version) => {
  expect(driverVersion(text)).toBe(version);
});

test('a driver shows its GPUs by name', () => {
  place('proc/driver/nvidia/gpus/0000:01:00.0/information', 'Model: \t\t NVIDIA H200\nIRQ: 1\n');
  expect(find()).toEqual({ version: null, gpus: ['NVIDIA H200'], library: null });
  place('proc/driver/nvidia/version', 'NVIDIA UNIX x86_64 Kernel Module  550.54.15  x');
  const library = placeLibrary('usr/lib64', '550.54.15');
  expect(find()).toEqual({ version: '550.54.15', gpus: ['NVIDIA H200'], library });
  rmSync(join(root, 'proc/driver/nvidia/gpus'), { recursive: true });
  expect(find()).toBeNull();
});

test('in a container the device files and the library are enough', () => {
  place('dev/nvidiactl');
  expect(find()).toBeNull();
  place('dev/nvidia1');
  place('dev/nvidia0');
  expect(find()).toEqual({
    version: null,
    gpus: ['NVIDIA GPU 0', 'NVIDIA GPU 1'],
    library: null,
  });
  const library = placeLibrary('usr/lib/x86_64-linux-gnu', '570.86.10');
  expect(find()).toMatchObject({ version: '570.86.10', library });
});

test('in WSL 2 the GPU is that of Windows', () => {
  place('dev/dxg');
  expect(find()).toBeNull();
  const library = place('usr/lib/wsl/lib/libcuda.so.1');
  expect(find()).toEqual({ version: null, gpus: ['NVIDIA GPU of Windows'], library });
});

test('the library is found where LD_LIBRARY_PATH and the cache of ldconfig say', () => {
  place('dev/nvidia0');
  const library = placeLibrary('opt/driver', '570.86.10');
  expect(find()?.library).toBeNull();
  expect(find({ LD_LIBRARY_PATH: `/nowhere:${join(root, 'opt/driver')}` })?.library).toBe(library);
  place('etc/ld.so.cache', 'ld.so-1.7.0\0libcuda.so.1\0/opt/driver/libcuda.so.1\0libx.so\0');
  expect(find()?.library).toBe(library);
});

test.each([
  ['', false],
  ['-1', false],
  ['NoDevFiles', false],
  ['0', true],
  ['GPU-8f1c', true],
])('CUDA_VISIBLE_DEVICES=%j leaves a GPU: %s', (visible, isSeen) => {
  place('dev/nvidia0');
  expect(find({ CUDA_VISIBLE_DEVICES: visible }) !== null).toBe(isSeen);
});
