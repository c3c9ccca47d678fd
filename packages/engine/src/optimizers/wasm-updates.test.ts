import { describe } from 'vitest';
import { loadEngine } from '../engine.ts';
import { testOptimizers } from './optimizer.suite.ts';

describe('on WebAssembly', () => {
  testOptimizers(() => loadEngine({ backend: 'wasm', threads: 1 }));
});
