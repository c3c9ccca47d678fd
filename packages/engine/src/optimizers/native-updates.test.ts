import { describe } from 'vitest';
import { hasNativeEngine, loadNativeEngine } from '../loading/find-test-engine.suite.ts';
import { testOptimizers } from './optimizer.suite.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  testOptimizers(() => loadNativeEngine());
});
