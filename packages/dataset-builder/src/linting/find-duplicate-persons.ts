import type { Skeleton } from '@limber/keypoints';
import type { SourceAnnotation } from '../sources/source.ts';

/** Two persons of one image above this OKS are one that was labelled twice. */
const duplicateOks = 0.9;
/** Fewer joints in common say too little. */
const leastJoints = 3;

/**
 * Finds persons of one image that were labelled twice.
 *
 * @returns the index of each such person, the one before it that it repeats, and their OKS.
 */
export function findDuplicatePersons(
  persons: readonly SourceAnnotation[],
  { sigmas }: Pick<Skeleton, 'sigmas'>,
): { readonly person: number; readonly before: number; readonly oks: number }[] {
  return persons.flatMap((second, person) => {
    for (const [before, first] of persons.slice(0, person).entries()) {
      const oks = oksOf(first, second, sigmas);
      if (oks >= duplicateOks) return [{ person, before, oks }];
    }
    return [];
  });
}

/** OKS over the joints that both have labelled, by the mean of their areas (Lin et al. 2014; cocoeval). */
function oksOf(a: SourceAnnotation, b: SourceAnnotation, sigmas: readonly number[]): number {
  if (a.iscrowd === 1 || b.iscrowd === 1) return 0;
  const area = (a.area + b.area) / 2;
  let sum = 0;
  let count = 0;
  for (const [joint, sigma] of sigmas.entries()) {
    const at = joint * 3;
    const isLabelled = (keypoints: readonly number[]): boolean => keypoints[at + 2]! > 0;
    if (!isLabelled(a.keypoints) || !isLabelled(b.keypoints)) continue;
    const squared =
      (a.keypoints[at]! - b.keypoints[at]!) ** 2 +
      (a.keypoints[at + 1]! - b.keypoints[at + 1]!) ** 2;
    sum += Math.exp(-squared / (2 * area * (2 * sigma) ** 2));
    count += 1;
  }
  return count < leastJoints ? 0 : sum / count;
}
