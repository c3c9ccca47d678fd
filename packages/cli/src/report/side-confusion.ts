import type { FoundPerson } from '@limber/evaluator';
import type { Skeleton } from '@limber/keypoints';
import type { PageContent } from '../pages/page.ts';

/** How often each joint was put where that of the other side is; no table where the pairs are not known. */
export function sideTables(
  { keypoints, pairs }: Pick<Skeleton, 'keypoints' | 'pairs'>,
  found: readonly Pick<FoundPerson, 'joints'>[],
): PageContent['tables'] {
  if (pairs === null || pairs.length === 0) return [];
  const count = (joint: number, isWanted: (error: string) => boolean): number =>
    found.filter(({ joints }) => {
      const error = joints[joint];
      return error !== null && error !== undefined && isWanted(error);
    }).length;
  const rows = pairs.map((pair) => {
    const confused = pair.map((joint) => count(joint, (error) => error === 'inversion'));
    const labelled = pair.map((joint) => count(joint, () => true));
    const [all, of] = [confused, labelled].map(([left, right]) => left! + right!) as [
      number,
      number,
    ];
    return { name: pair.map((joint) => keypoints[joint]!).join(' / '), confused, all, of };
  });
  return [
    {
      title: 'Left and right confused',
      note: 'Joints of found persons that were put where the same joint of the other side is.',
      header: ['pair', 'left', 'right', 'of all labelled'],
      rows: rows
        .toSorted((a, b) => b.all - a.all)
        .map(({ name, confused, all, of }) => [
          name,
          ...confused.map(String),
          of === 0 ? '–' : `${((100 * all) / of).toFixed(1)} %`,
        ]),
    },
  ];
}
