import { expect, test } from 'vitest';
import { progressAxes } from './progress-axes.ts';

const rows = [
  { step: 2, epoch: 0 },
  { step: 4, epoch: 0 },
  { step: 5, epoch: 1 },
  { step: 8, epoch: 1 },
];

function placesOn(name: string, timing: { step: number; stepSeconds: number }[] = []): unknown[] {
  const axis = progressAxes(rows, timing).find((each) => each.name === name)!;
  return rows.map(axis.placeOf);
}

test('steps are what they are', () => {
  expect(placesOn('steps')).toEqual([2, 4, 5, 8]);
});

test('epochs end at their last step', () => {
  expect(placesOn('epochs')).toEqual([0.5, 1, 1.25, 2]);
});

test('minutes are those of the steps, counted once where a training went on', () => {
  const timing = [
    { step: 4, stepSeconds: 30 },
    { step: 2, stepSeconds: 999 },
    { step: 6, stepSeconds: 60 },
  ];
  expect(placesOn('minutes', timing)).toEqual([1, 2, 3, 6]);
});

test('without timing there are no minutes', () => {
  expect(progressAxes(rows, []).map(({ name }) => name)).toEqual(['steps', 'epochs']);
});
