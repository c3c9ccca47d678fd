import { expect, test } from 'vitest';
import { gpuReasons } from './gpu-device.ts';

test('of a log only what is said about the GPU is kept, once', () => {
  const log = [
    'I0000 00:00:1795826432.724427    5744 port.cc:153] oneDNN custom operations are on.',
    "I0000 00:00:1795826433.100000    5744 dso_loader.cc:70] Could not load dynamic library 'libcudnn.so.9'; dlerror: libcudnn.so.9: cannot open shared object file",
    'E0000 00:00:1795826433.200000    5744 cuda_platform.cc:51] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected',
    'W0000 00:00:1795826433.300000    5744 gpu_device.cc:2365] Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly if you would like to use GPU.',
    'W0000 00:00:1795826433.400000    5744 gpu_device.cc:2365] Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly if you would like to use GPU.',
    'Skipping registering GPU devices...',
    'W0000 00:00:1795826433.500000    5744 thread_pool.cc:3] not about this',
  ];
  expect(gpuReasons(log)).toEqual([
    "Could not load dynamic library 'libcudnn.so.9'; dlerror: libcudnn.so.9: cannot open shared object file",
    'failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected',
    'Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly if you would like to use GPU.',
  ]);
});
