import type { RandomKey } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { createRandom } from '@limber/keypoints';

/** More rounds than a Feistel network needs to look random, because a small dataset has halves of 1 or 2 bits. */
const rounds = 8;

/** The largest dataset that {@link permuteIndex} takes: two halves of 16 bits. */
const largestCount = 2 ** 32;

/** What names a permutation: one 32-bit word for each round. */
export type PermutationKey = Uint32Array;

/** The permutation that a key names, such as `seed, 'order', epoch`. */
export function createPermutationKey(...key: RandomKey): PermutationKey {
  const random = createRandom(...key);
  return Uint32Array.from({ length: rounds }, () => random.integer(0, 0xffffffff));
}

/**
 * The index that stands at a place of a shuffled list, without making the list: O(1) in time and memory.
 *
 * For every key, `0 … count - 1` maps one to one onto itself. A Feistel network permutes the smallest
 * 4^n >= count, and walks on from any value that is too large.
 *
 * @param index - the place in the shuffled list, 0 to count - 1.
 * @throws {LimberError} `invalid-argument` if the index is outside.
 * @see Black and Rogaway 2002, "Ciphers with Arbitrary Finite Domains", section 3 (cycle walking).
 */
export function permuteIndex(index: number, count: number, key: PermutationKey): number {
  if (!Number.isInteger(index) || index < 0 || index >= count || count > largestCount) {
    const what = `no place ${index} in a list of ${count}`;
    const expected = `0 to ${Math.min(count, largestCount) - 1}`;
    throw new LimberError('invalid-argument', { what, expected, got: `${index}` });
  }
  const halfBits = Math.max(1, Math.ceil(Math.log2(count) / 2));
  let value = index;
  do value = encrypt(value, halfBits, key);
  while (value >= count);
  return value;
}

function encrypt(value: number, halfBits: number, key: PermutationKey): number {
  const range = 2 ** halfBits;
  const mask = range - 1;
  let left = Math.floor(value / range);
  let right = value % range;
  for (let round = 0; round < rounds; round++) {
    const mixed = left ^ (mix(right ^ key[round]!) & mask);
    left = right;
    right = mixed;
  }
  return left * range + right;
}

/** The finaliser of MurmurHash3: every bit of the word depends on every other. */
function mix(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
