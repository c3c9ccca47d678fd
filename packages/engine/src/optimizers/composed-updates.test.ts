import { describe } from 'vitest';
import { loadEngine } from '../engine.ts';
import { testOptimizers } from './optimizer.suite.ts';

describe('on the JavaScript engine', () => {
  testOptimizers(() => loadEngine({ backend: 'javascript' }));
});
