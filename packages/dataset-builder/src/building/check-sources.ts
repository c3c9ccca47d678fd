import { LimberError } from '@limber/files';
import type { Source } from '../sources/source.ts';

/**
 * Checks that there are sources and that all of them have the same joints, with the same sigmas, pairs and groups.
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
  for (const { name, skeleton, category } of others) {
    const isSame =
      skeleton.keypoints.length === joints.length &&
      skeleton.keypoints.every((joint, index) => joint === joints[index]);
    if (isSame) {
      const stated = (source: Pick<Source, 'category' | 'skeleton'>): Record<string, string> => ({
        sigmas: JSON.stringify(source.skeleton.sigmas),
        pairs: JSON.stringify(source.skeleton.pairs),
        groups: JSON.stringify(source.category.groups ?? 'none'),
      });
      const theirs = stated({ category, skeleton });
      for (const [field, expected] of Object.entries(stated(first))) {
        const got = theirs[field]!;
        if (expected === got) continue;
        throw new LimberError('invalid-skeleton', {
          where: `source "${name}"`,
          what: `other ${field} than source "${first.name}"`,
          expected,
          got,
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
  return { category: first.category, skeleton: first.skeleton };
}
