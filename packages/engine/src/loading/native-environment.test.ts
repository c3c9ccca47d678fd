import { expect, test } from 'vitest';
import { nativeEnvironment } from './native-environment.ts';

test('on a processor the threads are set, and errors are shown', () => {
  expect(nativeEnvironment({}, { threads: 3, usesCuda: false })).toEqual({
    TF_NUM_INTRAOP_THREADS: '3',
    TF_NUM_INTEROP_THREADS: '1',
    TF_CPP_MIN_LOG_LEVEL: '2',
  });
});

test('on a GPU memory grows, and one device is taken', () => {
  const env = (visible: NodeJS.ProcessEnv): unknown =>
    nativeEnvironment(visible, { threads: 2, usesCuda: true })['CUDA_VISIBLE_DEVICES'];
  expect(nativeEnvironment({}, { threads: 2, usesCuda: true })).toMatchObject({
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    CUDA_VISIBLE_DEVICES: '0',
  });
  expect(env({ CUDA_VISIBLE_DEVICES: '3,1' })).toBe('3');
  expect(env({ CUDA_VISIBLE_DEVICES: 'GPU-8f1c' })).toBe('GPU-8f1c');
});

test('what the user has set stays', () => {
  const set = { TF_CPP_MIN_LOG_LEVEL: '0', TF_FORCE_GPU_ALLOW_GROWTH: 'false' };
  expect(nativeEnvironment(set, { threads: 2, usesCuda: true })).toMatchObject(set);
});
