import { expect, test } from 'vitest';
import { machineMadeNote } from './machine-made-note.ts';

const joints = { visible: 9, hidden: 0, notLabelled: 0 };
const split = { images: 2, persons: 3, groups: 2, joints };

test('a report says which splits a model labelled, and what scores on them mean', () => {
  const labelled = { ...split, name: 'train', machineLabels: { 'movenet-thunder': 3 } };
  expect(machineMadeNote([labelled, { ...split, name: 'val' }])).toBe(
    'train: 3 of 3 persons are labelled by movenet-thunder, not by people. Scores on persons that a model labelled say how alike that model this one is.',
  );
  expect(machineMadeNote([{ ...split, name: 'val' }])).toBeUndefined();
});
