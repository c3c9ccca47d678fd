import { beforeAll } from 'vitest';
import type { Engine, LoadEngineOptions } from '../engine.ts';
import { loadEngine } from '../engine.ts';
import { locateEngine } from '../provisioning/locate-engine.ts';

/** Whether tests of the native engine can run: it is in the cache. */
export const hasNativeEngine: boolean = locateEngine().state === 'ready';

/** Loads the native engine for a test file, without installing anything. */
export function loadNativeEngine(options: LoadEngineOptions = {}): Promise<Engine> {
  return loadEngine({ ...options, threads: 2, provision: false });
}

/**
 * Loads the native engine before the tests of a suite.
 *
 * @param take - called once.
 */
export function useNativeEngine(take: (engine: Engine, tf: Engine['tf']) => void): void {
  beforeAll(async () => {
    const engine = await loadNativeEngine();
    take(engine, engine.tf);
  });
}
