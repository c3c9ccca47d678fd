import { describe } from 'vitest';
import { loadEngine } from '../engine.ts';
import { testOptimizers } from './optimizer.suite.ts';

describe('on JavaScript', () => {
  testOptimizers(() => loadEngine({ backend: 'javascript', threads: 1 }));
});
