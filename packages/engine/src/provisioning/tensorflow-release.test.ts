import { expect, test } from 'vitest';
import { tensorflowRequirement } from './tensorflow-release.ts';

test('the wheel fits the processor and whether there is a GPU', () => {
  expect(tensorflowRequirement('cpu', 'linux', 'x64')).toBe('tensorflow-cpu==2.21.0');
  expect(tensorflowRequirement('cuda', 'linux', 'x64')).toBe('tensorflow==2.21.0');
  expect(tensorflowRequirement('cpu', 'linux', 'arm64')).toBe('tensorflow==2.21.0');
});

test('another platform is refused by name', () => {
  expect(() => tensorflowRequirement('cpu', 'win32', 'x64')).toThrow(
    "TensorFlow's wheel is unpacked on linux x64 and arm64 only; this is win32 x64.",
  );
});
