import { LimberError } from '@limber/files';
import { createPermutationKey, permuteIndex } from '../orders/permute-index.ts';

/** What a split is drawn with. */
export interface SplitOptions {
  readonly seed: number;
}

/**
 * Parts rows by chance; those of one image stay together.
 *
 * @param imageIds - of each row.
 * @param shares - name → part of the images.
 * @returns the rows of each part, in their order.
 * @throws {LimberError} `invalid-argument` if the shares make no sense.
 */
export function splitRows<Name extends string>(
  imageIds: readonly number[],
  shares: Readonly<Record<Name, number>>,
  { seed }: SplitOptions,
): Record<Name, Uint32Array> {
  const names = Object.keys(shares) as Name[];
  checkShares(names.map((name) => shares[name]));
  const images = [...new Set(imageIds)];
  const key = createPermutationKey(seed, 'split');
  const partOf = new Map<number, Name>();
  let [start, sum] = [0, 0];
  for (const name of names) {
    sum += shares[name];
    const end = Math.round(sum * images.length);
    for (let place = start; place < end; place++) {
      partOf.set(images[permuteIndex(place, images.length, key)]!, name);
    }
    start = end;
  }
  const rowsOf = (name: Name): Uint32Array =>
    Uint32Array.from(imageIds.flatMap((image, row) => (partOf.get(image) === name ? [row] : [])));
  return Object.fromEntries(names.map((name) => [name, rowsOf(name)])) as Record<Name, Uint32Array>;
}

/** Sums such as 0.9 + 0.1 are not exact. */
const roundingError = 1e-9;

function checkShares(shares: readonly number[]): void {
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length > 0 && shares.every((share) => share > 0) && sum <= 1 + roundingError) return;
  throw new LimberError('invalid-argument', {
    where: 'split',
    what: 'not shares of a whole',
    expected: 'numbers above 0, together at most 1',
    got: shares.join(', ') || 'none',
  });
}
