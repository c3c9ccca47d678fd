import { LimberError } from '@limber/files';
import type { Ranks } from './ranks.ts';

/**
 * The mean over all ranks of what each has logged, of as many samples.
 *
 * @param metrics - under the same names on every rank.
 * @returns the same numbers on every rank; those of a fit of one process as they are.
 * @throws {LimberError} `invalid-argument` on every rank if one has logged something else than rank 0.
 */
export function agreeOnMetrics(
  ranks: Ranks,
  metrics: Readonly<Record<string, number>>,
): Record<string, number> {
  if (ranks.worldSize === 1) return { ...metrics };
  const names = Object.keys(metrics).sort();
  const keys = ranks.gather([names.length, digestOf(names)]);
  if (keys.some(([count, digest]) => count !== keys[0]![0] || digest !== keys[0]![1])) {
    throw new LimberError('invalid-argument', {
      where: `rank ${ranks.rank} of ${ranks.worldSize}`,
      what: 'the processes have logged different metrics',
      expected: 'the same names on each',
      got: `here ${names.join(', ') || 'none'}`,
      fix: 'Log on every rank, in the same hooks.',
    });
  }
  const all = ranks.gather(names.map((name) => metrics[name]!));
  const mean = (at: number): number => {
    const values = all.map((ofRank) => ofRank[at]!);
    // a validation that each rank has made alike keeps its last bit
    if (values.every((value) => Object.is(value, values[0]))) return values[0]!;
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return Object.fromEntries(names.map((name, at) => [name, mean(at)]));
}

/** A whole number by which different lists are told apart. */
function digestOf(names: readonly string[]): number {
  let digest = 0;
  for (const letter of names.join('\n')) {
    digest = (Math.imul(digest, 31) + letter.codePointAt(0)!) | 0;
  }
  return digest;
}
