import { LimberError } from '@limber/files';
import type { Source } from '../sources/source.ts';

/**
 * Checks that there are sources and that all of them have the same joints, with the same sigmas and pairs.
 *
 * @returns the first one's category and skeleton, which the dataset takes.
 */
export function checkSources(sources: readonly Source[]): Pick<Source, 'category' | 'skeleton'> {
  const [first, ...others] = sources;
  if (first === undefined) {
    throw new LimberError('invalid-argument', {
      where: 'buildDataset: sources',
      what: 'nothing to build from',
      expected: 'at least 1 source',
      got: '0',
    });
  }
  const joints = first.skeleton.keypoints;
  for (const { name, skeleton } of others) {
    const isSame =
      skeleton.keypoints.length === joints.length &&
      skeleton.keypoints.every((joint, index) => joint === joints[index]);
    if (isSame) {
      for (const field of ['sigmas', 'pairs'] as const) {
        const [expected, got] = [first.skeleton, skeleton].map((one) => JSON.stringify(one[field]));
        if (expected === got) continue;
        throw new LimberError('invalid-skeleton', {
          where: `source "${name}"`,
          what: `other ${field} than source "${first.name}"`,
          expected: expected!,
          got: got!,
          fix: 'State the same of both, in their categories or in a skeleton file.',
        });
      }
      continue;
    }
    throw new LimberError('invalid-skeleton', {
      where: `source "${name}"`,
      what: `other joints than source "${first.name}"`,
      expected: `${joints.length}: ${joints.join(', ')}`,
      got: `${skeleton.keypoints.length}: ${skeleton.keypoints.join(', ')}`,
      fix: 'Build a dataset of each, or give all of them the same joints by their names (remapJoints, --joints).',
    });
  }
  return first;
}
