import type { CategoryJoints, Derivation } from '@limber/keypoints';
import { coco17 } from '@limber/keypoints';

/** The joints of a format whose files name them one by one, in no order of their own. */
export interface NamedJoints {
  readonly category: CategoryJoints;
  readonly derivations: readonly Derivation[];
}

/**
 * Puts joints into an order that does not depend on the order of the labels: that of the skeleton file; that of COCO-17,
 * with all 17, if it has every name; else the alphabet's.
 *
 * @param skeleton - a skeleton file, whose joints are all there are.
 */
export function orderJoints(
  names: ReadonlySet<string>,
  { name, skeleton }: { readonly name: string; readonly skeleton: CategoryJoints | undefined },
): NamedJoints {
  if (skeleton !== undefined) {
    return { category: { name, keypoints: skeleton.keypoints }, derivations: [] };
  }
  const isCoco = [...names].every((joint) => coco17.keypoints.includes(joint));
  const keypoints = isCoco ? coco17.keypoints : [...names].toSorted();
  const rule = isCoco
    ? 'those of COCO-17, which has all names'
    : 'the names in use, by the alphabet';
  const derivation = { field: 'category.keypoints', rule, count: keypoints.length } as const;
  return { category: { name, keypoints }, derivations: [derivation] };
}
