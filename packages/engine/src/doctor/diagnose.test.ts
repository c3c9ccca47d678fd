import { expect, test } from 'vitest';
import { howToInstall } from '../provisioning/how-to-install.ts';
import type { MachineFacts } from './diagnose.ts';
import { diagnose } from './diagnose.ts';

const healthy: MachineFacts = {
  nodeVersion: '20.20.2',
  machine: { platform: 'linux', arch: 'x64' },
  engine: { state: 'ready', origin: 'wheel', tensorflowVersion: '2.21.0', usesGpu: false },
  python: 'python3',
  compiler: 'g++',
  driver: null,
  isCudaWanted: false,
  gpuReasons: [],
  setupFailures: [],
  hasTfjsNode: true,
  webgpuProblem: null,
};
const driverWithGpu = {
  version: '550.54.15',
  gpus: ['NVIDIA H200'],
  library: '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
};
const withGpu: MachineFacts = { ...healthy, driver: driverWithGpu, isCudaWanted: true };

test('a healthy machine has no problems, with and without a GPU', () => {
  expect(diagnose(healthy)).toEqual([]);
  const usesGpu = { ...healthy.engine, usesGpu: true } as MachineFacts['engine'];
  expect(diagnose({ ...withGpu, engine: usesGpu })).toEqual([]);
});

test('tools that setup needs are no problem once the engine is there', () => {
  expect(diagnose({ ...healthy, python: null, compiler: null })).toEqual([]);
});

test('an absent engine is told with what setup lacks', () => {
  const facts = { ...healthy, engine: { state: 'absent' }, python: null, compiler: null } as const;
  expect(diagnose(facts)).toEqual([
    {
      what: 'No native TensorFlow is set up; training would run in WebAssembly, 3 to 6 times slower.',
      fix: 'Install what is named below, then run `limber setup`.',
    },
    {
      what: 'No Python with pip: setup downloads TensorFlow with pip.',
      fix: `Install it (${howToInstall('pip')}).`,
    },
    {
      what: 'No C++ compiler: setup compiles a small addon.',
      fix: `Install one (${howToInstall('compiler')}), or name yours in CXX.`,
    },
  ]);
});

test('setup is said to fetch the package that is missing', () => {
  const facts = { ...healthy, engine: { state: 'absent' }, hasTfjsNode: false } as const;
  expect(diagnose(facts).map(({ fix }) => fix)).toEqual([
    'Run `limber setup`. It fetches @tensorflow/tfjs-node-gpu@4.22.0 with npm, unless `npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0` has put it into the project.',
  ]);
});

test('a platform without a wheel is named instead of its tools', () => {
  const facts = {
    ...healthy,
    engine: { state: 'absent' },
    machine: { platform: 'win32', arch: 'x64' },
    python: null,
  } as const;
  expect(diagnose(facts)).toEqual([
    {
      what: 'No native TensorFlow is set up; training would run in WebAssembly, 3 to 6 times slower.',
      fix: 'See the next problem.',
    },
    {
      what: 'TensorFlow publishes no wheel for win32 x64, only for Linux (x64, arm64) and macOS (arm64).',
      fix: 'Use WSL 2: inside it this is Linux.',
    },
  ]);
});

test('a damaged and a broken engine say why', () => {
  const what = (engine: MachineFacts['engine']): string[] =>
    diagnose({ ...healthy, engine }).map((problem) => problem.what);
  expect(what({ state: 'damaged', because: 'lib/x is missing' })).toEqual([
    'The engine in the cache is damaged: lib/x is missing.',
  ]);
  expect(what({ state: 'broken', because: 'exited with code 1.' })).toEqual([
    'The engine in the cache does not load: exited with code 1.',
  ]);
});

test('the ready-made older library is told apart', () => {
  const engine = {
    state: 'ready',
    origin: 'prebuilt',
    tensorflowVersion: '2.9.1',
    usesGpu: false,
  } as const;
  expect(diagnose({ ...healthy, engine })[0]?.what).toBe(
    'The engine is the ready-made TensorFlow 2.9.1, older than 2.21.0: slower, and without bfloat16.',
  );
});

test('a setup that failed is not advised again without its reason', () => {
  const facts = { ...healthy, engine: { state: 'absent' } } as const;
  expect(diagnose(facts)[0]?.fix).toBe('Run `limber setup`.');
  const setupFailures = ['pip cannot download x==1. Name an index.\nIt said', 'no network'];
  expect(diagnose({ ...facts, setupFailures })).toEqual([
    {
      what: 'No native TensorFlow is set up; training would run in WebAssembly, 3 to 6 times slower.',
      fix: 'The last setup failed. Mend the first of these, then run `limber setup`:\n  - pip cannot download x==1. Name an index.\n    It said\n  - no network',
    },
  ]);
});

test('a driver that is too old comes before a library that is missing, and before TensorFlow', () => {
  const driver = { ...driverWithGpu, library: null };
  expect(diagnose({ ...withGpu, driver: { ...driver, version: '470.57.02' } })).toEqual([
    {
      what: 'The NVIDIA driver 470.57.02 is too old for CUDA 12 (NVIDIA H200).',
      fix: 'Install driver 525 or newer. To compute on the processor meanwhile, set CUDA_VISIBLE_DEVICES=-1.',
    },
  ]);
  expect(diagnose({ ...withGpu, driver })[0]?.what).toBe(
    "There is a GPU (NVIDIA H200), but not the driver's library libcuda.so.1.",
  );
  expect(diagnose({ ...withGpu, gpuReasons: ['failed call to cuInit'] })).toEqual([
    {
      what: 'TensorFlow does not use the GPU (NVIDIA H200). It says:\n  | failed call to cuInit',
      fix: "If a library is missing, delete the engine's folder and run `limber setup`: it fetches them again. To compute on the processor, set CUDA_VISIBLE_DEVICES=-1.",
    },
  ]);
});

test('a GPU that TensorFlow has no wheel for is no problem', () => {
  expect(diagnose({ ...withGpu, isCudaWanted: false })).toEqual([]);
});

test('Node 18 and 20.18 are too old, 24 is not', () => {
  const problems = (nodeVersion: string): number => diagnose({ ...healthy, nodeVersion }).length;
  expect([problems('18.20.0'), problems('20.18.3'), problems('24.21.0')]).toEqual([1, 1, 0]);
});

test('WebGPU that was asked for and cannot be had is a problem', () => {
  const webgpuProblem = 'WebGPU: the package "webgpu" is not installed.';
  expect(diagnose({ ...healthy, webgpuProblem })).toEqual([
    {
      what: 'LIMBER_ENGINE asks for WebGPU, which is not to be had: WebGPU: the package "webgpu" is not installed.',
      fix: 'Do what it says, or unset LIMBER_ENGINE.',
    },
  ]);
});
