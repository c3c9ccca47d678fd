import { createHash } from 'node:crypto';

/** What names a stream of random numbers, such as `seed, 'Train', epoch, batch`. */
export type RandomKey = readonly (string | number)[];

/** Bytes of one number, and how many numbers a SHA-256 gives. */
const numberBytes = 6;
const numbersPerDigest = 5;

/** A function such as `Math.random`, which gives the same numbers for the same key on every machine. */
export function createKeyedRandom(key: RandomKey): () => number {
  let drawn = 0;
  let digest = Buffer.alloc(0);
  return () => {
    const at = drawn++ % numbersPerDigest;
    if (at === 0) {
      digest = createHash('sha256')
        .update(JSON.stringify([...key, drawn]))
        .digest();
    }
    return digest.readUIntBE(at * numberBytes, numberBytes) / 2 ** (8 * numberBytes);
  };
}

/**
 * Does something in which `Math.random` gives the numbers of a key: dropout, drop-path and noise of TensorFlow.js take their
 * seeds there, so that they are the same whenever this step is computed, in whatever process.
 *
 * @param work - must not wait: others would draw from the key meanwhile.
 */
export function withKeyedRandom<Result>(key: RandomKey, work: () => Result): Result {
  return withRandom(createKeyedRandom(key), work);
}

/** {@link withKeyedRandom} with a function that goes on where the work before it stopped. */
export function withRandom<Result>(random: () => number, work: () => Result): Result {
  const before = Math.random;
  Math.random = random;
  try {
    return work();
  } finally {
    Math.random = before;
  }
}
