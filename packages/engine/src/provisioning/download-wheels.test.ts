import { expect, test } from 'vitest';
import { anyPython } from './download-wheels.ts';

test('a Python that TensorFlow has no wheel for gets that of another, a translated one that of the Mac', () => {
  const usual = ['--only-binary=:all:', '--python-version=3.12'];
  expect(anyPython({ platform: 'linux', arch: 'x64' })).toEqual(usual);
  expect(anyPython({ platform: 'darwin', arch: 'arm64' })).toEqual([
    ...usual,
    '--platform=macosx_12_0_arm64',
  ]);
});
