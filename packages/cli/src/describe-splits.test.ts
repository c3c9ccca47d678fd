import type { SplitSummary } from '@limber/dataset-builder';
import { expect, test } from 'vitest';
import { describeSplits } from './describe-splits.ts';

function split(name: SplitSummary['name'], drawnGroups: number): SplitSummary {
  const joints = { visible: 6, hidden: 2, notLabelled: 0 };
  const counts = { images: 2 * drawnGroups, persons: 4, groups: drawnGroups, sizeBytes: 0 };
  return { name, file: `${name}.json`, ...counts, drawnGroups, joints };
}

test('each split says how many groups it got and what was asked for; a large difference is explained', () => {
  const fractions = { train: 0.9, val: 0.1, test: 0 };
  expect(describeSplits({ fractions, splits: [split('train', 56), split('val', 4)] })).toEqual([
    'train: 112 images, 4 persons, 56 of 60 groups (93%, asked for 90%), 25% of the joints hidden',
    'val: 8 images, 4 persons, 4 of 60 groups (7%, asked for 10%), 25% of the joints hidden',
    'each group is drawn by itself, so that data can be added and no image changes sides: shares hold on average, and another --seed draws others',
  ]);
  const near = describeSplits({ fractions, splits: [split('train', 54), split('val', 6)] });
  expect(near).toHaveLength(2);
});

test('nothing was asked for where all is for training, or where the sources have splits of their own', () => {
  const all = { train: 1, val: 0, test: 0 };
  expect(describeSplits({ fractions: all, splits: [split('train', 5)] })).toEqual([
    'train: 10 images, 4 persons, 25% of the joints hidden',
  ]);
  const fixed = [split('train', 0), split('val', 0)];
  expect(describeSplits({ fractions: { train: 0.9, val: 0.1, test: 0 }, splits: fixed })).toEqual([
    'train: 0 images, 4 persons, 25% of the joints hidden',
    'val: 0 images, 4 persons, 25% of the joints hidden',
  ]);
});

test('a split whose persons models labelled says so', () => {
  const machineLabels = { 'movenet-thunder': 2, 'runs/a': 1 };
  const splits = [{ ...split('train', 5), machineLabels }];
  expect(describeSplits({ fractions: { train: 1, val: 0, test: 0 }, splits })).toEqual([
    'train: 10 images, 4 persons, 25% of the joints hidden; 3 of 4 persons are labelled by movenet-thunder (2), runs/a (1), not by people',
  ]);
});
