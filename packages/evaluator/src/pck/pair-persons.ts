import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { CocoResult } from '../results/coco-result.ts';

/** A true person and the result that stands for it, if any. */
export interface PersonPair {
  readonly person: TruePerson;
  readonly found: CocoResult | undefined;
}

/**
 * Pairs the labelled persons of one image with its results, the nearest pair first, each once. Near is the mean
 * distance of labelled joints in imagePx; scores play no part. Crowds are left out.
 */
export function pairPersons(
  persons: readonly TruePerson[],
  found: readonly CocoResult[],
): PersonPair[] {
  const labelled = persons.filter((person) => person.iscrowd === 0 && hasLabel(person.keypoints));
  const candidates = labelled
    .flatMap((person, row) =>
      found.map((result, column) => ({ row, column, distance: meanDistance(person, result) })),
    )
    .toSorted((a, b) => a.distance - b.distance);
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  for (const { row, column } of candidates) {
    if (pairs.has(row) || taken.has(column)) continue;
    pairs.set(row, column);
    taken.add(column);
  }
  return labelled.map((person, row) => ({ person, found: found[pairs.get(row) ?? -1] }));
}

function hasLabel(keypoints: readonly number[]): boolean {
  return keypoints.some((value, at) => at % 3 === 2 && value > 0);
}

function meanDistance(person: TruePerson, result: CocoResult): number {
  const truth = person.keypoints;
  const { keypoints } = result;
  let sum = 0;
  let count = 0;
  for (let at = 0; at < truth.length; at += 3) {
    if (!(truth[at + 2]! > 0)) continue;
    sum += Math.hypot(keypoints[at]! - truth[at]!, keypoints[at + 1]! - truth[at + 1]!);
    count++;
  }
  return sum / count;
}
