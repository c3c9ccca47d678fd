import { expect, test } from 'vitest';
import { agreeOnMetrics } from './agree-on-metrics.ts';
import type { Ranks } from './ranks.ts';
import { singleRank } from './ranks.ts';

/** The first of three ranks, the others of which say what is given, and what it said itself. */
function firstOfThree(...others: readonly ((own: readonly number[]) => readonly number[])[]) {
  const said: (readonly number[])[] = [];
  const ranks: Ranks = {
    ...singleRank,
    worldSize: 3,
    gather: (values) => {
      said.push(values);
      return [values, ...others.map((other) => other(values))];
    },
  };
  return { ranks, said };
}

const alike = (own: readonly number[]): readonly number[] => own;

test('what all ranks have alike keeps its last bit, and is the mean where it differs', () => {
  const { ranks } = firstOfThree(alike, alike);
  // three times 0.1 is not 0.3
  expect(agreeOnMetrics(ranks, { loss: 0.1 })).toEqual({ loss: 0.1 });
  const lower = (own: readonly number[]): readonly number[] =>
    own.length === 1 ? [own[0]! - 3] : own;
  expect(agreeOnMetrics(firstOfThree(alike, lower).ranks, { loss: 4 })).toEqual({ loss: 3 });
  expect(agreeOnMetrics(singleRank, { loss: 0.1 })).toEqual({ loss: 0.1 });
});

test('names are told apart, in whatever order they were logged', () => {
  const saidOf = (metrics: Record<string, number>): readonly number[] => {
    const { ranks, said } = firstOfThree(alike, alike);
    agreeOnMetrics(ranks, metrics);
    return said[0]!;
  };
  expect(saidOf({ b: 1, a: 2 })).toEqual(saidOf({ a: 2, b: 1 }));
  expect(saidOf({ a: 1 })).not.toEqual(saidOf({ b: 1 }));
  expect(saidOf({ ab: 1 })).not.toEqual(saidOf({ ba: 1 }));
});

test.each([
  ['other names', (own: readonly number[]) => [own[0]!, own[1]! + 1]],
  ['more names', (own: readonly number[]) => [own[0]! + 1, own[1]!]],
])('%s on one rank are refused', (_, other) => {
  expect(() => agreeOnMetrics(firstOfThree(alike, other).ranks, { loss: 1 })).toThrow(
    'rank 0 of 3: the processes have logged different metrics: expected the same names on each, got here loss.',
  );
});
