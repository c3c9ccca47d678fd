import { LimberError } from '@limber/files';
import type { CategoryJoints } from '../skeletons/derive-skeleton.ts';
import type { CocoFileCategory } from './coco-dataset.ts';

/**
 * Puts what is stated about the joints of a category (limbs, sigmas, pairs, groups) in the place of what its file says.
 *
 * @param stated - undefined: the category stays as it is.
 * @param file - the file of the category, for the message.
 * @throws {LimberError} `invalid-annotations` if that is about other joints.
 */
export function stateJoints(
  category: CocoFileCategory,
  stated: CategoryJoints | undefined,
  file: string,
): CocoFileCategory {
  if (stated === undefined) return category;
  const { name, keypoints, skeleton, sigmas, pairs, groups } = stated;
  const [expected, got] = [keypoints.join(', '), category.keypoints.join(', ')];
  if (expected !== got) {
    throw new LimberError('invalid-annotations', {
      where: `${file}: categories (id ${category.id}).keypoints`,
      what: `other joints than the skeleton file "${name}"`,
      expected,
      got,
    });
  }
  const { assumed_sigmas, ...rest } = category;
  return {
    ...rest,
    ...(skeleton === undefined ? {} : { skeleton }),
    ...(pairs === undefined ? {} : { pairs }),
    ...(groups === undefined ? {} : { groups }),
    ...(sigmas !== undefined ? { sigmas } : assumed_sigmas === undefined ? {} : { assumed_sigmas }),
  };
}
