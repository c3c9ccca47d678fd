import { describe } from 'vitest';
import { loadEngine } from '../engine.ts';
import { testOperations } from './engine-conformance.suite.ts';
import { testTraining } from './training.suite.ts';

describe('on WebAssembly', () => {
  testOperations(() => loadEngine({ backend: 'wasm', threads: 2 }));
  testTraining(() => loadEngine({ backend: 'wasm', threads: 2 }));
});
