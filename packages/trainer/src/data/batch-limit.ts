import { LimberError } from '@limber/files';

/**
 * How many batches of a source are used: a count, or a fraction of them (Lightning tells 1 from 1.0; JavaScript cannot).
 * Infinity is all.
 */
export type BatchLimit = number | { readonly fraction: number };

/**
 * How many of `available` batches a limit leaves.
 *
 * @param flag - the name of the limit, for the error.
 * @throws {LimberError} `invalid-argument` if the limit is not a count >= 0 or a fraction in [0, 1], or if
 * the fraction rounds to no batch.
 */
export function limitBatches(limit: BatchLimit, available: number, flag: string): number {
  if (typeof limit === 'number') {
    if (limit === Infinity) return available;
    if (!Number.isInteger(limit) || limit < 0) {
      throw invalid(flag, 'a whole number >= 0 or { fraction }', `${limit}`);
    }
    return Math.min(limit, available);
  }
  if (available === Infinity && limit.fraction !== 0 && limit.fraction !== 1) {
    throw invalid(
      flag,
      'a count, of a source of unknown length',
      `{ fraction: ${limit.fraction} }`,
    );
  }
  if (available === Infinity) return limit.fraction === 1 ? Infinity : 0;
  const batches = fractionOf(limit, available, flag);
  if (batches > 0 || limit.fraction === 0 || available === 0) return batches;
  const fraction = `${limit.fraction} of ${available}`;
  throw invalid(flag, 'a fraction that leaves at least one batch', fraction);
}

/** @throws {LimberError} `invalid-argument` if the fraction is not in [0, 1]. */
export function fractionOf(
  { fraction }: Exclude<BatchLimit, number>,
  available: number,
  flag: string,
): number {
  if (fraction >= 0 && fraction <= 1) return Math.floor(fraction * available);
  throw invalid(flag, 'a fraction from 0 to 1', `${fraction}`);
}

function invalid(flag: string, expected: string, got: string): LimberError {
  return new LimberError('invalid-argument', {
    where: flag,
    what: 'not a limit of batches',
    expected,
    got,
  });
}
