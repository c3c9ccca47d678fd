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

test('each rank of a machine takes a GPU of its own', () => {
  const rank = { threads: 2, usesCuda: true, localRank: 1 };
  const deviceOf = (env: NodeJS.ProcessEnv): unknown =>
    nativeEnvironment(env, rank)['CUDA_VISIBLE_DEVICES'];
  expect(deviceOf({})).toBe('1');
  expect(deviceOf({ CUDA_VISIBLE_DEVICES: '4,6' })).toBe('6');
  // Slurm shows a task its own
  expect(deviceOf({ CUDA_VISIBLE_DEVICES: '3' })).toBe('3');
  expect(() =>
    nativeEnvironment({ CUDA_VISIBLE_DEVICES: '4,6' }, { ...rank, localRank: 2 }),
  ).toThrow(
    'CUDA_VISIBLE_DEVICES: more ranks on this machine than GPUs: expected at least 3 devices, got "4,6". Start one rank for each GPU.',
  );
});

test('what the user has set stays', () => {
  const set = { TF_CPP_MIN_LOG_LEVEL: '0', TF_FORCE_GPU_ALLOW_GROWTH: 'false' };
  expect(nativeEnvironment(set, { threads: 2, usesCuda: true })).toMatchObject(set);
});
