import { expect, test } from 'vitest';
import { tensorflowLibraries, tensorflowRequirement } from './tensorflow-release.ts';

test('the wheel fits the processor and whether there is a GPU', () => {
  const x64 = { platform: 'linux', arch: 'x64' } as const;
  expect(tensorflowRequirement('cpu', x64)).toBe('tensorflow-cpu==2.21.0');
  expect(tensorflowRequirement('cuda', x64)).toBe('tensorflow==2.21.0');
  const arm = { platform: 'linux', arch: 'arm64' } as const;
  expect(tensorflowRequirement('cpu', arm)).toBe('tensorflow==2.21.0');
  const mac = { platform: 'darwin', arch: 'arm64' } as const;
  expect(tensorflowRequirement('cpu', mac)).toBe('tensorflow==2.21.0');
});

test('the libraries have the names of the operating system', () => {
  expect(tensorflowLibraries('darwin')).toEqual([
    'libtensorflow_cc.2.dylib',
    'libtensorflow_framework.2.dylib',
  ]);
  expect(tensorflowLibraries('linux')).toEqual([
    'libtensorflow_cc.so.2',
    'libtensorflow_framework.so.2',
  ]);
});

test('another platform is refused by name', () => {
  expect(() => tensorflowRequirement('cpu', { platform: 'win32', arch: 'x64' })).toThrow(
    'TensorFlow publishes no wheel for this machine: expected linux x64, linux arm64, darwin arm64, got win32 x64. Use WSL 2: inside it this is Linux.',
  );
  expect(() => tensorflowRequirement('cpu', { platform: 'darwin', arch: 'x64' })).toThrow(
    'TensorFlow publishes no wheel for this machine: expected linux x64, linux arm64, darwin arm64, got darwin x64. Use such a machine, or a Linux container.',
  );
  const alpine = { platform: 'linux', arch: 'x64', libc: 'musl' } as const;
  expect(() => tensorflowRequirement('cpu', alpine)).toThrow(
    'got linux x64 with musl. Use a distribution or an image with glibc, such as Debian.',
  );
});
