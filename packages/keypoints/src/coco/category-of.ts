import type { Skeleton } from '../skeletons/skeleton.ts';
import type { CocoCategory } from './coco-dataset.ts';

/** A skeleton as a category of a COCO file writes it: limbs counted from 1, pairs by the names of the joints. */
export function categoryOf(skeleton: Skeleton, id: number = 1): CocoCategory {
  const { name, keypoints, links, sigmas, pairs } = skeleton;
  const nameOf = (joint: number): string => keypoints[joint]!;
  return {
    id,
    name,
    keypoints,
    skeleton: links.map(([from, to]) => [from + 1, to + 1] as const),
    sigmas,
    ...(pairs === null
      ? {}
      : { pairs: pairs.map(([left, right]) => [nameOf(left), nameOf(right)] as const) }),
  };
}
