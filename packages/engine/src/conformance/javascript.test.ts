import { describe } from 'vitest';
import { loadEngine } from '../engine.ts';
import { testOperations } from './engine-conformance.suite.ts';
import { testTraining } from './training.suite.ts';

describe('on JavaScript', () => {
  testOperations(() => loadEngine({ backend: 'javascript' }));
  testTraining(() => loadEngine({ backend: 'javascript' }));
});
