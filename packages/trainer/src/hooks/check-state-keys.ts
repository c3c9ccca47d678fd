import { LimberError } from '@limber/files';
import type { Callback } from './callback.ts';

/**
 * Checks that the state of each callback can be found again in a checkpoint.
 *
 * @throws {LimberError} `invalid-argument` if two callbacks share a key, or one with state has none.
 */
export function checkStateKeys(
  callbacks: readonly Pick<Callback, 'stateKey' | 'stateDict'>[],
): void {
  const keys = callbacks.flatMap(({ stateKey }) => (stateKey === undefined ? [] : [stateKey]));
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  const hasNameless = callbacks.some(
    ({ stateKey, stateDict }) => stateDict !== undefined && stateKey === undefined,
  );
  if (twice === undefined && !hasNameless) return;
  throw new LimberError('invalid-argument', {
    where: 'Trainer.callbacks',
    what: twice === undefined ? 'a stateDict without stateKey' : 'two callbacks with one stateKey',
    expected: 'a key of its own for each callback with state',
    got: twice ?? 'none',
  });
}
