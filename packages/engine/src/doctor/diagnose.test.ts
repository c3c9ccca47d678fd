import { expect, test } from 'vitest';
import type { MachineFacts } from './diagnose.ts';
import { diagnose } from './diagnose.ts';

const healthy: MachineFacts = {
  nodeVersion: '20.20.2',
  platform: 'linux',
  arch: 'x64',
  engine: { state: 'ready', origin: 'wheel', tensorflowVersion: '2.21.0', usesGpu: false },
  python: 'python3',
  compiler: 'g++',
  driver: null,
  hasTfjsNode: true,
};
const driverWithGpu = { version: '550.54.15', gpus: ['NVIDIA H200'] };

test('a healthy machine has no problems, with and without a GPU', () => {
  expect(diagnose(healthy)).toEqual([]);
  const usesGpu = { ...healthy.engine, usesGpu: true } as MachineFacts['engine'];
  expect(diagnose({ ...healthy, engine: usesGpu, driver: driverWithGpu })).toEqual([]);
});

test('tools that setup needs are no problem once the engine is there', () => {
  expect(diagnose({ ...healthy, python: null, compiler: null })).toEqual([]);
});

test('an absent engine is told with what setup lacks', () => {
  const facts = { ...healthy, engine: { state: 'absent' }, python: null, compiler: null } as const;
  expect(diagnose(facts)).toEqual([
    {
      what: 'No native TensorFlow is set up; training would run in WebAssembly, 3 to 6 times slower.',
      fix: 'Run `limber setup`.',
    },
    {
      what: 'No Python with pip: setup downloads TensorFlow with pip.',
      fix: 'Install it (Debian and Ubuntu: apt install python3-pip).',
    },
    {
      what: 'No C++ compiler: setup compiles a small addon.',
      fix: 'Install one (Debian and Ubuntu: apt install g++), or name yours in CXX.',
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
    platform: 'darwin',
    arch: 'arm64',
    python: null,
  } as const;
  expect(diagnose(facts).map(({ what }) => what)).toEqual([
    'No native TensorFlow is set up; training would run in WebAssembly, 3 to 6 times slower.',
    'Setup unpacks TensorFlow on linux x64 and arm64; this is darwin arm64.',
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

test('a driver that is too old comes before libraries that do not load', () => {
  expect(diagnose({ ...healthy, driver: { ...driverWithGpu, version: '470.57.02' } })).toEqual([
    {
      what: 'The NVIDIA driver 470.57.02 is too old for CUDA 12 (NVIDIA H200).',
      fix: 'Install driver 525 or newer; until then training runs on the processor.',
    },
  ]);
  expect(diagnose({ ...healthy, driver: driverWithGpu })[0]?.what).toBe(
    'TensorFlow does not use the GPU (NVIDIA H200): it could not load CUDA or cuDNN.',
  );
});

test('Node 18 and 20.18 are too old, 24 is not', () => {
  const problems = (nodeVersion: string): number => diagnose({ ...healthy, nodeVersion }).length;
  expect([problems('18.20.0'), problems('20.18.3'), problems('24.21.0')]).toEqual([1, 1, 0]);
});
