import { describe, vi } from 'vitest';
import { loadEngine } from '../engine.ts';
import { hasWebgpu } from '../loading/find-webgpu.suite.ts';
import { testOptimizers } from './optimizer.suite.ts';

// a program that computes in place of a graphics processor takes its time
vi.setConfig({ testTimeout: 300_000 });

describe.runIf(hasWebgpu)('on WebGPU', () => {
  testOptimizers(() => loadEngine({ backend: 'webgpu' }));
});
