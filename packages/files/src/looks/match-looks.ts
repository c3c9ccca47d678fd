import { createHash } from 'node:crypto';
import type { LookKind } from './look.ts';
import { lookKinds, numbersPerLook, see } from './look.ts';

/** Looks are compared in groups of this many, so that a change is mostly found early. */
export const groupSize = 1000;

/** Looks as a file holds them, and what each group of them saw. */
export interface KeptLooks {
  /** A line a look: the digit of its kind, and the path. */
  readonly lines: string;
  /** A digest for each {@link groupSize} of them. */
  readonly groups: readonly string[];
  /** Shared by the threads that compare: the next group to take; one that differs sets it to their end. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

/**
 * Looks again, group by group, for as long as there is another one to take.
 *
 * @returns whether all that this call took saw the same as before.
 */
export function matchLooks({ lines, groups, next }: KeptLooks): boolean {
  const looks = lines.split('\n');
  const numbers = new Float64Array(groupSize * numbersPerLook);
  for (;;) {
    const group = Atomics.add(next, 0, 1);
    if (group >= groups.length) return true;
    const start = group * groupSize;
    const count = Math.min(groupSize, looks.length - start);
    for (let index = 0; index < count; index++) {
      const line = looks[start + index]!;
      const kind: LookKind = lookKinds[Number(line[0])]!;
      see({ kind, path: line.slice(1) }, numbers, index * numbersPerLook);
    }
    if (digestOf(numbers.subarray(0, count * numbersPerLook)) === groups[group]) continue;
    Atomics.store(next, 0, groups.length);
    return false;
  }
}

/** A sha256 as hex digits. */
export function digestOf(data: string | Float64Array): string {
  return createHash('sha256').update(data).digest('hex');
}
