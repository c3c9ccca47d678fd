import { describe, vi } from 'vitest';
import { loadEngine } from '../engine.ts';
import { hasWebgpu } from '../loading/find-webgpu.suite.ts';
import { testOperations } from './engine-conformance.suite.ts';
import { testNotFinite } from './not-finite.suite.ts';
import { testTraining } from './training.suite.ts';

// a program that computes in place of a graphics processor takes its time
vi.setConfig({ testTimeout: 300_000 });

describe.runIf(hasWebgpu)('on WebGPU', () => {
  testNotFinite(() => loadEngine({ backend: 'webgpu' }));
  testOperations(() => loadEngine({ backend: 'webgpu' }));
  testTraining(() => loadEngine({ backend: 'webgpu' }), { steps: 20 });
});
