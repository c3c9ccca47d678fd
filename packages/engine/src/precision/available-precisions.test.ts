import { expect, test } from 'vitest';
import {
  availablePrecisions,
  bfloat16Features,
  capabilityInLog,
  lowestCapability,
} from './available-precisions.ts';

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

test('the compute capability is also told by TensorFlow, of the devices that it made', () => {
  const line = (name: string, capability: string): string =>
    `I0000 00:00:1795826433.400000    5744 gpu_device.cc:2020] Created device /job:localhost/replica:0/task:0/device:GPU:0 with 78790 MB memory:  -> device: 0, name: ${name}, pci bus id: 0000:01:00.0, compute capability: ${capability}`;
  expect(capabilityInLog([line('NVIDIA H100 80GB HBM3', '9.0'), line('Tesla T4', '7.5')])).toBe(
    7.5,
  );
  expect(capabilityInLog(['I0000 port.cc:153] oneDNN'])).toBeNull();
});
