import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { rankByScore } from './rank-by-score.ts';

it('sorts as a stable sort does, NaN last', () => {
  const score = fc.oneof(
    fc.constantFrom(NaN, 0, -0, 1, Infinity, -Infinity),
    fc.double({ noNaN: true }),
  );
  const few = fc.array(score, { maxLength: 250 });
  const many = fc.array(score, { minLength: 250, maxLength: 600 });
  fc.assert(
    fc.property(fc.oneof(few, many), (scores) => {
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

it.each([35, 335])('sorts the first %i of more indices', (count) => {
  const indices = Uint32Array.from({ length: count + 2 }, (_, index) => index);
  rankByScore(Float64Array.from(indices), indices, count);
  expect([...indices.subarray(0, 3)]).toEqual([count - 1, count - 2, count - 3]);
  expect([...indices.subarray(count - 1)]).toEqual([0, count, count + 1]);
});
