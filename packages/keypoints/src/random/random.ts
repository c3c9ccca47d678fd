import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** What names a stream of random numbers, such as `seed, epoch, annotationId, 'flip'`. */
export type RandomKey = readonly (string | number)[];

/** A stream of random numbers. The same key gives the same stream on every machine. */
export interface Random {
  /** The key it was made from. */
  readonly key: RandomKey;
  /** A number in [low, high). */
  uniform(low?: number, high?: number): number;
  /** An integer from low to high, both included. */
  integer(low: number, high: number): number;
  /** True with the given probability in [0, 1]. */
  chance(probability: number): boolean;
  /** A normal deviate with mean 0 and standard deviation 1. */
  normal(): number;
  /** A normal deviate, drawn again until it lies in [-1, 1] (MMPose draws shift, scale and rotation so). */
  truncatedNormal(): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
  /** A stream of its own under this key, whatever was drawn from this one before. */
  fork(...key: RandomKey): Random;
}

/**
 * Opens the stream that a key names. Streams of different keys are independent, so an augmentation can be a
 * pure function of (seed, epoch, sample) without any order of evaluation.
 *
 * Generator: xoroshiro128+, its 128-bit state taken from the SHA-256 of the key.
 */
export function createRandom(...key: RandomKey): Random {
  const generator = xoroshiro128plusFromState(stateOf(key));
  const uniform = (low = 0, high = 1): number => low + (high - low) * uniformFloat64(generator);
  const normal = (): number => {
    // Box-Muller; 1 - u is in (0, 1], so its logarithm is finite
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  };
  return {
    key,
    uniform,
    integer: (low, high) => uniformInt(generator, low, high),
    chance: (probability) => uniform() < probability,
    normal,
    truncatedNormal: () => {
      let value = normal();
      while (Math.abs(value) > 1) value = normal();
      return value;
    },
    pick: (items) => items[uniformInt(generator, 0, items.length - 1)]!,
    fork: (...more) => createRandom(...key, ...more),
  };
}

/** Four 32-bit words from a key; distinct keys such as [1, 23] and [12, 3] or [1] and ['1'] give distinct words. */
function stateOf(key: RandomKey): [number, number, number, number] {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest();
  return [
    digest.readInt32LE(0),
    digest.readInt32LE(4),
    digest.readInt32LE(8),
    digest.readInt32LE(12),
  ];
}
