import { beforeAll } from 'vitest';
import type { Engine, LoadEngineOptions } from '../engine.ts';
import { loadEngine } from '../engine.ts';
import { locateEngine } from '../provisioning/locate-engine.ts';

/**
 * Whether tests of the native engine can run: it is in the cache. Where it is not, they are skipped
 * with a line that says so; in CI, which sets the engine up first, that is a failure.
 */
export const hasNativeEngine: boolean = findNativeEngine();

function findNativeEngine(): boolean {
  const { state, folder } = locateEngine();
  if (state === 'ready') return true;
  const problem = `The native engine in ${folder} is ${state}. Run \`npx nx run engine:setup\`.`;
  if (process.env['CI'] === 'true') throw new Error(problem);
  process.stderr.write(`Tests of the native engine are skipped. ${problem}\n`);
  return false;
}

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
