import { expect, test } from 'vitest';
import type { SplitSummary } from './build-summary.ts';
import { compareSplits } from './compare-splits.ts';

function split(
  name: 'train' | 'val',
  joints: SplitSummary['joints'],
  drawnGroups = 5,
): SplitSummary {
  const counts = { images: 5, persons: 5, groups: 5, sizeBytes: 0 };
  return { name, file: `${name}.json`, ...counts, drawnGroups, joints };
}

const usual = { visible: 800, hidden: 100, notLabelled: 100 };

test('a split with other shares of hidden and of labelled joints is named', () => {
  const val = split('val', { visible: 40, hidden: 20, notLabelled: 40 });
  expect(compareSplits([split('train', usual), val])).toEqual([
    {
      kind: 'split-unlike-dataset',
      where: 'val.json',
      message:
        "60% of its joints are labelled, 87% of the whole dataset's: another --seed draws other groups",
    },
    {
      kind: 'split-unlike-dataset',
      where: 'val.json',
      message:
        "33% of its labelled joints are hidden, 13% of the whole dataset's: another --seed draws other groups",
    },
  ]);
});

test('splits that are alike, without joints, or as their source says, are not', () => {
  const alike = split('val', { visible: 78, hidden: 12, notLabelled: 10 });
  expect(compareSplits([split('train', usual), alike])).toEqual([]);
  const none = { visible: 0, hidden: 0, notLabelled: 0 };
  expect(compareSplits([split('train', none), split('val', none)])).toEqual([]);
  const fixed = split('val', { visible: 0, hidden: 20, notLabelled: 0 }, 0);
  expect(compareSplits([split('train', usual), fixed])).toEqual([]);
});
