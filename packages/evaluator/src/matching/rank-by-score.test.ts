import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { rankByScore } from './rank-by-score.ts';

it('sorts as a stable sort does, NaN last', () => {
  const score = fc.oneof(
    fc.constantFrom(NaN, 0, -0, 1, Infinity, -Infinity),
    fc.double({ noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(score, { maxLength: 200 }), (scores) => {
      const indices = Uint32Array.from(scores.keys());
      rankByScore(Float64Array.from(scores), indices, scores.length);
      const numbers = [...scores.keys()].filter((index) => !Number.isNaN(scores[index]));
      const sorted = numbers.sort((a, b) => {
        return scores[a] === scores[b] ? 0 : scores[b]! - scores[a]!;
      });
      const notNumbers = [...scores.keys()].filter((index) => Number.isNaN(scores[index]));
      expect([...indices]).toEqual([...sorted, ...notNumbers]);
    }),
    { seed: 1 },
  );
});

it('sorts the first `count` of more indices', () => {
  const indices = Uint32Array.from({ length: 40 }, (_, index) => index);
  rankByScore(Float64Array.from(indices), indices, 35);
  expect([...indices.subarray(0, 3)]).toEqual([34, 33, 32]);
  expect([...indices.subarray(34)]).toEqual([0, 35, 36, 37, 38, 39]);
});
