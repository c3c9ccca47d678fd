import { describe } from 'vitest';
import { hasNativeEngine, loadNativeEngine } from '../loading/find-test-engine.suite.ts';
import { testOperations } from './engine-conformance.suite.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  testOperations(() => loadNativeEngine());
});
