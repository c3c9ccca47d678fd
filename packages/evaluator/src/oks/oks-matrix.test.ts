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

it.each([
  // what a joint surely lacks of similarity 1, once its exponent is above this
  [0.5, 0.39],
  [1, 0.63],
  [2, 0.86],
  [4, 0.98],
])(
  'a joint whose exponent is above %d is given up where no more than %d may be lost',
  (exponent, loss) => {
    const person = personWith([2, 0, 0, 0], 400);
    const at = (value: number): number[] => {
      const px = Math.sqrt(2 * value * 400) * 2 * sigmas[0]!;
      return Array.from({ length: 4 }, () => [0.6 * px, -0.8 * px, 1]).flat();
    };
    // three detections, the middle one just nearer
    const found = [at(1.01 * exponent), at(0.99 * exponent), at(1.01 * exponent)];
    expect([...similarities(1 - loss + 0.01, person, ...found)]).toEqual([
      0,
      expect.closeTo(Math.exp(-0.99 * exponent), 12),
      0,
    ]);
    const [kept] = similarities(1 - loss, person, ...found);
    expect(kept).toBeCloseTo(Math.exp(-1.01 * exponent), 12);
  },
);

it('what joints lack adds up, and is no more than their number allows', () => {
  const px = Math.sqrt(2 * 1.5 * 400) * 2;
  const far = sigmas.flatMap((sigma) => [px * sigma, 0, 1]);
  const nearer = far.with(0, 0);
  // each far joint surely lacks 0.63: all four lack more than half of 4, three of them lack less
  expect([...similarities(0.5, personWith([2, 2, 2, 2], 400), far, nearer)]).toEqual([
    0,
    expect.closeTo((1 + 3 * Math.exp(-1.5)) / 4, 12),
  ]);
  expect([...similarities(0.5, personWith([2, 2, 2, 0], 400), nearer, far)]).toEqual([
    expect.closeTo((1 + 2 * Math.exp(-1.5)) / 3, 12),
    0,
  ]);
});

it('a person without labelled joints is compared by its box, also by one of negative width', () => {
  // from 14 on at the left and up to 2 at the right: 8 lies 6 px outside of both
  const person = { ...personWith([0, 0, 0, 0], 400), bbox: [10, 0, -4, 20] as const };
  const at8 = [8, 0, 1, 8, 0, 1, 8, 0, 1, 8, 0, 1];
  const similarity = (sigma: number): number => Math.exp(-(12 ** 2) / (2 * 400 * (2 * sigma) ** 2));
  const mean = sigmas.reduce((sum, sigma) => sum + similarity(sigma), 0) / 4;
  expect(similarities(0, person, at8)[0]).toBeCloseTo(mean, 12);
});

it('an image without persons has no numbers, whatever its results are, as in pycocotools', () => {
  const results = [{ image_id: 1, category_id: 1, keypoints: [1, 2, 3], score: 1 }];
  const content = { persons: [], table: toResultTable(results), ranked: Uint32Array.of(0) };
  expect(createOksMatrix(sigmas, lowestOks)({ ...content, count: 1 })).toHaveLength(0);
});

it('a person or a result of another number of joints is refused', () => {
  const person = personWith([2, 2, 2, 2], 400);
  const keypoints = Array.from({ length: 12 }, () => 1);
  for (const length of [9, 15]) {
    const other = { ...person, keypoints: Array.from({ length }, () => 1) };
    expect(() => similarities(lowestOks, other, keypoints)).toThrow(
      `annotation (id 1).keypoints: wrong length: expected 12 numbers (4 x [x, y, v or score]), got ${length}.`,
    );
    expect(() => similarities(lowestOks, person, other.keypoints)).toThrow(
      `results[0].keypoints: wrong length: expected 12 numbers (4 x [x, y, v or score]), got ${length}.`,
    );
  }
});

function similarities(
  lowest: number,
  person: TruePerson,
  ...found: readonly (readonly number[])[]
): Float64Array {
  const table = toResultTable(
    found.map((keypoints) => ({ image_id: 1, category_id: 1, keypoints, score: 1 })),
  );
  const ranked = Uint32Array.from(found.keys());
  const content = { persons: [person], table, ranked, count: found.length };
  return createOksMatrix(sigmas, lowest)(content).subarray(0, found.length);
}

function personWith(visible: readonly number[], area: number): TruePerson {
  const keypoints = visible.flatMap((visibility) => [0, 0, visibility]);
  const num_keypoints = visible.filter((visibility) => visibility > 0).length;
  const bbox = [-5, -5, 10, 10] as const;
  return { id: 1, image_id: 1, category_id: 1, keypoints, num_keypoints, bbox, area, iscrowd: 0 };
}
