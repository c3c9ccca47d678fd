import { expect, test } from 'vitest';
import { requiredWheelFiles, wheelFileDestination } from './wheel-files.ts';

test.each([
  ['tensorflow/libtensorflow_cc.so.2', 'lib/libtensorflow_cc.so.2'],
  ['tensorflow/libtensorflow_framework.so.2', 'lib/libtensorflow_framework.so.2'],
  ['tensorflow/include/tensorflow/c/c_api.h', 'include/tensorflow/c/c_api.h'],
  ['tensorflow/include/xla/tsl/c/tsl_status.h', 'include/xla/tsl/c/tsl_status.h'],
  ['nvidia/cudnn/lib/libcudnn.so.9', 'lib/libcudnn.so.9'],
  ['nvidia/cuda_runtime/lib/libcudart.so.12', 'lib/libcudart.so.12'],
])('%s is unpacked to %s', (entry, destination) => {
  expect(wheelFileDestination(entry)).toBe(destination);
});

test.each([
  'tensorflow/python/_pywrap_tensorflow_internal.so',
  'tensorflow/include/tensorflow/c/c_api_experimental.h',
  'tensorflow/include/libtensorflow_cc.so.2',
  'nvidia/cublas/include/cublas.h',
  'nvidia/cublas/lib/../../../evil.so',
  'nvidia/cublas/lib/__init__.py',
  '../tensorflow/libtensorflow_cc.so.2',
])('%s stays in the wheel', (entry) => {
  expect(wheelFileDestination(entry)).toBeUndefined();
});

test('a TensorFlow wheel has to give two libraries and fourteen headers', () => {
  expect(requiredWheelFiles.filter((name) => name.startsWith('lib/'))).toHaveLength(2);
  expect(requiredWheelFiles.filter((name) => name.startsWith('include/'))).toHaveLength(14);
});
