import type { BuildSummary, SplitSummary } from '@limber/dataset-builder';
import { describeMachineLabels } from '@limber/keypoints';

/** Shares of groups that differ from what was asked for by more than this part of it are explained. */
const explainedDifference = 0.25;

/** What each split of a dataset holds, a line each, and how its share of the groups compares with the one asked for. */
export function describeSplits(
  summary: Pick<BuildSummary, 'splits' | 'fractions'>,
): readonly string[] {
  const { splits, fractions } = summary;
  const drawn = splits.reduce((sum, { drawnGroups }) => sum + drawnGroups, 0);
  const asked = Object.values(fractions).filter((fraction) => fraction > 0).length;
  const isDivided = drawn > 0 && asked > 1;
  const isFar = splits.some(
    ({ name, drawnGroups }) =>
      Math.abs(drawnGroups / drawn - fractions[name]) > explainedDifference * fractions[name],
  );
  return [
    ...splits.map((split) => {
      const { name, images, persons, joints, drawnGroups, machineLabels = {} } = split;
      const made = describeMachineLabels(machineLabels, persons);
      const share = `${drawnGroups} of ${drawn} groups (${percent(drawnGroups / drawn)}, asked for ${percent(fractions[name])})`;
      const parts = [`${images} images`, `${persons} persons`, ...(isDivided ? [share] : [])];
      const whole = [...parts, ...hiddenPart(joints)].join(', ');
      return `${name}: ${whole}${made === undefined ? '' : `; ${made}`}`;
    }),
    ...(isDivided && isFar
      ? [
          'each group is drawn by itself, so that data can be added and no image changes sides: shares hold on average, and another --seed draws others',
        ]
      : []),
  ];
}

function hiddenPart({ visible, hidden }: SplitSummary['joints']): string[] {
  const labelled = visible + hidden;
  return labelled === 0 ? [] : [`${percent(hidden / labelled)} of the joints hidden`];
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
