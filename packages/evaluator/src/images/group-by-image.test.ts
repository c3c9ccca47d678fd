import { describe, expect, it } from 'vitest';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import { toResultTable } from '../results/result-table.ts';
import { groupByImage } from './group-by-image.ts';

function person(id: number, image_id: number, more: Partial<TruePerson> = {}): TruePerson {
  const fixed = {
    category_id: 1,
    keypoints: [1, 2, 2],
    num_keypoints: 1,
    area: 9,
    iscrowd: 0,
  } as const;
  return { id, image_id, bbox: [0, 0, 3, 3], ...fixed, ...more };
}

/** [image, ids of its persons, rows of its results] */
function group(
  images: readonly number[],
  annotations: readonly TruePerson[],
  imagesOfResults: readonly number[] = [],
): [number, number[], number[]][] {
  const results = imagesOfResults.map((image_id) => ({
    image_id,
    category_id: 1,
    score: 1,
    keypoints: [],
  }));
  const truth = { images: images.map((id) => ({ id })), annotations };
  return groupByImage(truth, toResultTable(results), [1]).map(({ id, persons, rows }) => [
    id,
    persons.map((one) => one.id),
    [...rows],
  ]);
}

it('images come by ascending id, persons and results in their order', () => {
  const annotations = [person(1, 10), person(2, 9), person(3, 10)];
  expect(group([10, 9, 100, 9], annotations, [100, 10, 9, 100, 10])).toEqual([
    [9, [2], [2]],
    [10, [1, 3], [1, 4]],
    [100, [], [0, 3]],
  ]);
});

it('a person of an image that is not there is in none', () => {
  expect(group([1, 2], [person(1, 77), person(2, 2)])).toEqual([
    [1, [], []],
    [2, [2], []],
  ]);
});

it('a result in an image that is not there is refused', () => {
  expect(() => group([1], [], [1, 3])).toThrow(
    'results[1].image_id: no such image: expected the id of one of "images", got 3.',
  );
});

describe('of persons with the same id the last one stands in the place of each', () => {
  it('by image, and then in the order of the file', () => {
    const annotations = [person(5, 2), person(6, 1), person(5, 1)];
    expect(group([1, 2], annotations)).toEqual([
      [1, [6, 5, 5], []],
      [2, [], []],
    ]);
  });

  it.each([
    ['an image that is not there', person(5, 77)],
    ['a category that is not scored', person(5, 1, { category_id: 2 })],
  ])('but not in that of one of %s', (_, first) => {
    expect(group([1], [first, person(5, 1)])).toEqual([[1, [5], []]]);
  });
});
