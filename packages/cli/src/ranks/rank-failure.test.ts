import { expect, test } from 'vitest';
import type { RankEnd } from './rank-failure.ts';
import { failureOf } from './rank-failure.ts';

const finished: RankEnd = { rank: 0, code: 0, signal: null, error: null, wasKilledHere: false };
const echo = { type: 'error', text: 'another rank has ended', exitCode: 1, isEcho: true } as const;
const refusal = { type: 'error', text: 'batchSize: wrong.', exitCode: 2, isEcho: false } as const;

test('without a failure there is none', () => {
  expect(failureOf([finished, { ...finished, rank: 1 }], 2)).toBe(null);
});

test('the rank that failed by itself is told, and not those that miss it', () => {
  const missing: RankEnd = { ...finished, code: 1, error: echo };
  const dead: RankEnd = { ...finished, rank: 1, code: null, signal: 'SIGKILL' };
  expect(failureOf([missing, dead], 2)!.message).toBe(
    'rank 1 of 2: it ended with SIGKILL. The others were ended. Run again to go on from the last checkpoint.',
  );
  const refusing: RankEnd = { ...finished, rank: 1, code: 2, error: refusal };
  expect(failureOf([missing, refusing], 2)).toMatchObject({
    message: 'rank 1 of 2: batchSize: wrong.',
    exitCode: 2,
  });
  expect(failureOf([{ ...refusing, rank: 0 }, refusing], 2)!.message).toBe('batchSize: wrong.');
});

test('a rank that had to be killed has hung', () => {
  const missing: RankEnd = { ...finished, code: 1, error: echo };
  const hanging: RankEnd = {
    ...finished,
    rank: 1,
    code: null,
    signal: 'SIGKILL',
    wasKilledHere: true,
  };
  expect(failureOf([missing, hanging], 2)!.message).toBe(
    'rank 1 of 2: it hung: the others waited for it in vain. The others were ended. Run again to go on from the last checkpoint.',
  );
});
