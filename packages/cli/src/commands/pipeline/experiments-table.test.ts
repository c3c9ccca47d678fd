import { expect, test } from 'vitest';
import { describeExperiments } from './experiments-table.ts';

const run = (name: string, metrics: Readonly<Record<string, number>>) => ({
  run: name,
  startedAt: '2026-01-01T00:00:00.000Z',
  outcome: 'done' as const,
  seconds: 12,
  commit: null,
  isDirty: false,
  params: {},
  metrics,
});

test('metrics that all runs have alike are said once, below the table', () => {
  const runs = [
    run('first', { persons: 98, AP: 0.123456 }),
    run('second', { persons: 98, AP: 0.2 }),
  ];
  expect(describeExperiments(runs)).toEqual([
    'run     outcome  seconds  commit      AP',
    'first   done          12       -  0.1235',
    'second  done          12       -     0.2',
    'The same in all: persons 98',
  ]);
});

test('of one run, and where one lacks a metric, nothing is left out', () => {
  const one = describeExperiments([run('first', { persons: 98 })]);
  expect(one[0]).toContain('persons');
  const two = describeExperiments([run('first', { persons: 98 }), run('second', {})]);
  expect(two[0]).toContain('persons');
  expect(two).toHaveLength(3);
});
