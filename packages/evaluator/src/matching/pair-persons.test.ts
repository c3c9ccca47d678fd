import { coco17 } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { CocoResult } from '../results/coco-result.ts';
import type { Pairing } from './pair-persons.ts';
import { pairPersons } from './pair-persons.ts';

function pose(x: number): number[] {
  return coco17.keypoints.flatMap(() => [x, 50, 2]);
}

function person(id: number, x: number, change: Partial<TruePerson> = {}): TruePerson {
  const bbox = [x - 20, 10, 40, 80] as const;
  const fixed = { image_id: 1, category_id: 1, bbox, area: 1696, num_keypoints: 17 };
  return { id, keypoints: pose(x), iscrowd: 0, ...fixed, ...change };
}

function results(...places: readonly (readonly [x: number, score: number])[]): CocoResult[] {
  return places.map(([x, score]) => ({ image_id: 1, category_id: 1, keypoints: pose(x), score }));
}

function pair(
  annotations: readonly TruePerson[],
  found: readonly CocoResult[],
  categoryIds = [1],
): Pairing {
  const truth = { images: [{ id: 1 }], annotations };
  return pairPersons(truth, found, { sigmas: coco17.sigmas, categoryIds });
}

const two = [person(1, 50), person(2, 200)];

describe('pairing', () => {
  test('each person of an image gets the detection that fits it', () => {
    const { pairs, background } = pair(two, results([201, 1], [50, 1]));
    expect(pairs.map(({ person: { id }, row }) => [id, row])).toEqual([
      [1, 1],
      [2, 0],
    ]);
    expect(pairs[0]!.oks).toBe(1);
    expect(pairs[1]!.oks).toBeGreaterThan(0.9);
    expect(pairs[0]!.others).toEqual([two[1]]);
    expect(background).toEqual([]);
  });
  test('a person without a detection is not found', () => {
    const { pairs } = pair(two, results([200, 1]));
    expect(pairs.map(({ row, oks }) => [row, oks])).toEqual([
      [undefined, 0],
      [0, 1],
    ]);
  });
  test('a person takes a detection that is like another, too, only if that one is taken', () => {
    const near = [person(1, 50), person(2, 56)];
    const rows = ({ pairs }: Pairing) => pairs.map(({ row }) => row);
    expect(rows(pair(near, results([56, 1], [50, 0.9])))).toEqual([1, 0]);
    expect(rows(pair(near.toReversed(), results([56, 1], [50, 0.9])))).toEqual([0, 1]);
    // the best is nearest to the second, and so is the other one
    expect(rows(pair(near, results([55, 1], [56, 0.9])))).toEqual([1, 0]);
  });
  test('of equally similar persons the last one is taken, as in COCO', () => {
    const { pairs } = pair([person(1, 50), person(2, 50)], results([50, 1]));
    expect(pairs.map(({ row }) => row)).toEqual([undefined, 0]);
  });
  test('persons and detections of another category are paired by themselves', () => {
    const other = person(3, 50, { category_id: 2 });
    const [first, second] = results([50, 0.5], [50, 1]);
    const found = [first!, { ...second!, category_id: 2 }];
    const { pairs, background } = pair([two[0]!, other], found, [1, 2]);
    expect(pairs).toMatchObject([
      { person: { id: 1 }, row: 0, others: [] },
      { person: { id: 3 }, row: 1, others: [] },
    ]);
    expect(background).toEqual([]);
    expect(pair([two[0]!, other], found).background).toEqual([]);
  });
  test('a similarity of exactly 0.1 is enough, as of exactly 0.5 in COCO', () => {
    const keypoints = Array.from({ length: 10 }, () => [50, 50, 2]).flat();
    // one joint of ten is right, and the others have no similarity at all
    const found = keypoints.map((value, at) => (at > 2 ? value + 1e6 : value));
    const truth = { images: [{ id: 1 }], annotations: [{ ...two[0]!, keypoints }] };
    const sigmas = keypoints.slice(0, 10).map(() => 0.1);
    const result = { image_id: 1, category_id: 1, keypoints: found, score: 1 };
    const { pairs } = pairPersons(truth, [result], { sigmas, categoryIds: [1] });
    expect(pairs).toMatchObject([{ row: 0, oks: 0.1 }]);
  });
  test('crowds do not count', () => {
    const crowd = person(3, 50, { iscrowd: 1, num_keypoints: 0 });
    expect(pair([crowd, two[1]!], results([200, 1])).pairs).toHaveLength(1);
  });
});

test('the better score comes first, even if a worse one is nearer', () => {
  const found = results([52, 0.9], [50, 0.1]);
  expect(pair([two[0]!], found)).toMatchObject({ pairs: [{ row: 0 }], background: [1] });
});

test('a person is preferred to a crowd, however near that is', () => {
  const crowd = person(3, 55, { iscrowd: 1 });
  for (const annotations of [
    [crowd, two[0]!],
    [two[0]!, crowd],
  ]) {
    const { pairs, background } = pair(annotations, results([55, 0.9], [56, 0.8]));
    expect(pairs).toMatchObject([{ person: { id: 1 }, row: 0 }]);
    expect(background).toEqual([]);
  }
});

test('a crowd takes what is meant for nobody else, and what is far from all is background', () => {
  const crowd = person(3, 60, { iscrowd: 1 });
  const found = results([50, 0.9], [60, 0.8], [61, 0.7], [900, 0.6]);
  const { pairs, background } = pair([two[0]!, crowd], found);
  expect(pairs).toMatchObject([{ person: { id: 1 }, row: 0 }]);
  expect(background).toEqual([3]);
});
