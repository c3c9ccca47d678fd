import { describe } from 'vitest';
import { hasNativeEngine, loadNativeEngine } from '../loading/find-test-engine.suite.ts';
import { testOperations } from './engine-conformance.suite.ts';
import { testTraining } from './training.suite.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  testOperations(() => loadNativeEngine());
  testTraining(() => loadNativeEngine());
});
