import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import { toResultTable } from '../results/result-table.ts';
import { createOksMatrix } from './oks-matrix.ts';

const sigmas = [0.03, 0.1, 0.05, 0.07];
const lowestOks = 0.5;

it('numbers above the lowest that matters are those without shortcuts, to the last bit', () => {
  const coordinate = fc.oneof(
    fc.double({ min: -40, max: 40, noNaN: true }),
    fc.constantFrom(0, 1e5, Infinity, NaN),
  );
  const detected = fc.array(coordinate, { minLength: 8, maxLength: 8 });
  const visibilities = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 });
  const area = fc.constantFrom(0, 1, 400, 1e4, -5, NaN, Infinity);
  fc.assert(
    fc.property(detected, visibilities, area, (at, visible, personArea) => {
      const person = personWith(visible, personArea);
      const keypoints = visible.flatMap((_, joint) => [at[2 * joint]!, at[2 * joint + 1]!, 1]);
      const [exact] = similarities(0, person, keypoints);
      const [quick] = similarities(lowestOks, person, keypoints);
      if (exact! < lowestOks) expect(quick).toBeLessThan(lowestOks);
      else expect(quick).toBe(exact);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

function similarities(
  lowest: number,
  person: TruePerson,
  keypoints: readonly number[],
): Float64Array {
  const table = toResultTable([{ image_id: 1, category_id: 1, keypoints, score: 1 }]);
  const content = { persons: [person], table, ranked: Uint32Array.of(0), count: 1 };
  return createOksMatrix(sigmas, lowest)(content);
}

function personWith(visible: readonly number[], area: number): TruePerson {
  const keypoints = visible.flatMap((visibility) => [0, 0, visibility]);
  const num_keypoints = visible.filter((visibility) => visibility > 0).length;
  const bbox = [-5, -5, 10, 10] as const;
  return { id: 1, image_id: 1, category_id: 1, keypoints, num_keypoints, bbox, area, iscrowd: 0 };
}
