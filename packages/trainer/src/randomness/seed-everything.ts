import { LimberError } from '@limber/files';
import { createKeyedRandom } from './keyed-random.ts';

let current = 0;

/**
 * Sets the seed of this process, as Lightning's `seed_everything` does: `Math.random`, from which TensorFlow.js takes the
 * seeds of initial weights that have none of their own, and what is random within the steps of every Trainer made later.
 * Call it before the model is made.
 *
 * @returns the seed.
 * @throws {LimberError} `invalid-argument` if it is not a whole number.
 */
export function seedEverything(seed: number): number {
  if (!Number.isSafeInteger(seed)) {
    const problem = { where: 'seedEverything', what: 'not a seed', expected: 'a whole number' };
    throw new LimberError('invalid-argument', { ...problem, got: `${seed}` });
  }
  current = seed;
  Math.random = createKeyedRandom([seed]);
  return seed;
}

/** The seed of `seedEverything`, 0 before. */
export function currentSeed(): number {
  return current;
}
