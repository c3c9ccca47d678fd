import { expect, test } from 'vitest';
import { availablePrecisions, bfloat16Features, lowestCapability } from './available-precisions.ts';

test('bfloat16 features are read out of the processor information', () => {
  expect(bfloat16Features('flags\t\t: fpu avx512_bf16 amx_bf16 amx_tile\n')).toEqual([
    'amx_bf16',
    'avx512_bf16',
  ]);
  expect(bfloat16Features('Features\t: fp asimd bf16\n')).toEqual(['bf16']);
  expect(bfloat16Features('flags\t\t: fpu avx2\n')).toEqual([]);
});

test('the lowest capability of several GPUs counts', () => {
  expect(lowestCapability('9.0\n7.5\n')).toBe(7.5);
  expect(lowestCapability('[N/A]\n')).toBeNull();
});

test('bf16-mixed is offered where the hardware computes in bfloat16', () => {
  const amx = { cpuFeatures: ['amx_bf16'], computeCapability: null };
  const old = { cpuFeatures: [], computeCapability: 7.5 };
  const ampere = { cpuFeatures: [], computeCapability: 8 };
  expect(availablePrecisions('native-cpu', amx)).toEqual(['32', 'bf16-mixed']);
  expect(availablePrecisions('native-cpu', old)).toEqual(['32']);
  expect(availablePrecisions('native-cuda', old)).toEqual(['32']);
  expect(availablePrecisions('native-cuda', ampere)).toEqual(['32', 'bf16-mixed']);
  expect(availablePrecisions('javascript', amx)).toEqual(['32']);
  expect(availablePrecisions('wasm', amx)).toEqual(['32']);
});
