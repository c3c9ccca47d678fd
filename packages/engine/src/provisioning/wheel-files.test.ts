import { expect, test } from 'vitest';
import { requiredWheelFiles, wheelFileDestination } from './wheel-files.ts';

test.each([
  ['tensorflow/libtensorflow_cc.so.2', 'lib/libtensorflow_cc.so.2'],
  ['tensorflow/libtensorflow_framework.so.2', 'lib/libtensorflow_framework.so.2'],
  ['tensorflow/include/tensorflow/c/c_api.h', 'include/tensorflow/c/c_api.h'],
  ['tensorflow/include/xla/tsl/c/tsl_status.h', 'include/xla/tsl/c/tsl_status.h'],
  ['nvidia/cudnn/lib/libcudnn.so.9', 'nvidia/cudnn/lib/libcudnn.so.9'],
  ['nvidia/cuda_runtime/lib/libcudart.so.12', 'nvidia/cuda_runtime/lib/libcudart.so.12'],
  ['nvidia/cu13/lib/libcublas.so.13', 'nvidia/cu13/lib/libcublas.so.13'],
])('%s is unpacked to %s', (entry, destination) => {
  expect(wheelFileDestination(entry, 'linux')).toBe(destination);
});

test.each([
  'tensorflow/python/_pywrap_tensorflow_internal.so',
  'tensorflow/include/tensorflow/c/c_api_experimental.h',
  'tensorflow/include/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_cc.2.dylib',
  'nvidia/cublas/include/cublas.h',
  'nvidia/cublas/lib/../../../evil.so',
  'nvidia/../lib/evil.so',
  'nvidia/cublas/lib/__init__.py',
  '../tensorflow/libtensorflow_cc.so.2',
])('%s stays in the wheel', (entry) => {
  expect(wheelFileDestination(entry, 'linux')).toBeUndefined();
});

test('of the wheel for macOS the dylibs and the headers are taken', () => {
  const listing = [
    'tensorflow/__init__.py',
    'tensorflow/libtensorflow_cc.2.dylib',
    'tensorflow/libtensorflow_framework.2.dylib',
    'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/include/tensorflow/c/c_api.h',
    'tensorflow-2.21.0.dist-info/METADATA',
  ];
  expect(listing.map((entry) => wheelFileDestination(entry, 'darwin'))).toEqual([
    undefined,
    'lib/libtensorflow_cc.2.dylib',
    'lib/libtensorflow_framework.2.dylib',
    undefined,
    'include/tensorflow/c/c_api.h',
    undefined,
  ]);
});

test.each(['linux', 'darwin'] as const)(
  'a wheel for %s gives libraries and headers',
  (platform) => {
    const required = requiredWheelFiles(platform);
    expect(required.filter((name) => name.startsWith('lib/'))).toHaveLength(2);
    expect(required.filter((name) => name.startsWith('include/'))).toHaveLength(14);
  },
);
