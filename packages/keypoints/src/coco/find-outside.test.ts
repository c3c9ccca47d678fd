import { describe, expect, test } from 'vitest';
import { deriveSkeleton } from '../skeletons/derive-skeleton.ts';
import type { CocoAnnotation, Finding } from './coco-dataset.ts';
import { findOutside } from './find-outside.ts';

const skeleton = deriveSkeleton({ name: 'arm', keypoints: ['nose', 'chin'] });
const images = [{ id: 3, file_name: 'a.jpg', width: 64, height: 48 }];
const person: CocoAnnotation = {
  id: 11,
  image_id: 3,
  category_id: 1,
  keypoints: [10, 20, 2, 12, 22, 1],
  num_keypoints: 2,
  bbox: [8, 18, 6, 6],
  area: 20,
  iscrowd: 0,
};

function findingsOf(change: Partial<CocoAnnotation>): Finding[] {
  return findOutside({ images, annotations: [{ ...person, ...change }] }, skeleton);
}

function kindsOf(change: Partial<CocoAnnotation>): string[] {
  return findingsOf(change).map(({ kind }) => kind);
}

test('a person inside its image has no finding', () => {
  expect(findingsOf({})).toEqual([]);
});

describe('a point', () => {
  const at = (x: number, y: number, v = 2): Partial<CocoAnnotation> => ({
    keypoints: [10, 20, 2, x, y, v],
    num_keypoints: v > 0 ? 2 : 1,
  });

  test.each([
    [-0.5, 20],
    [10, -0.5],
    [64, 20],
    [10, 48],
  ])('at %d, %d is on the edge of the image', (x, y) => {
    expect(findingsOf(at(x, y))).toEqual([]);
  });

  test.each([
    [-0.6, 20],
    [10, -0.6],
    [64.1, 20],
    [10, 48.1],
  ])('at %d, %d is outside, and named', (x, y) => {
    expect(findingsOf(at(x, y))).toEqual([
      {
        kind: 'point-outside-image',
        where: 'annotations[0] (id 11).keypoints[3] (chin)',
        message: `(${x}, ${y}) is outside the image: "a.jpg" is 64 wide and 48 high`,
        image: 'a.jpg',
        person: 0,
      },
    ]);
  });

  test('that is not labelled may be anywhere', () => {
    expect(findingsOf(at(-90, 900, 0))).toEqual([]);
  });
});

describe('a box', () => {
  test.each<[CocoAnnotation['bbox']]>([
    [[-0.5, 1, 9, 9]],
    [[1, -0.5, 9, 9]],
    [[60, 1, 4.5, 9]],
    [[1, 40, 9, 8.5]],
  ])('%o is rounded', (bbox) => {
    expect(findingsOf({ bbox })).toEqual([]);
  });

  test.each<[CocoAnnotation['bbox']]>([
    [[-0.6, 1, 9, 9]],
    [[1, -0.6, 9, 9]],
    [[60, 1, 4.6, 9]],
    [[1, 40, 9, 8.6]],
  ])('%o reaches outside', (bbox) => {
    expect(findingsOf({ bbox })).toEqual([
      {
        kind: 'box-outside-image',
        where: 'annotations[0] (id 11).bbox',
        message: `[${bbox.join(', ')}] reaches outside the image: "a.jpg" is 64 wide and 48 high`,
        image: 'a.jpg',
        person: 0,
      },
    ]);
  });

  test.each<[CocoAnnotation['bbox']]>([[[0, 0, 0, 0]], [[8, 18, 0, 6]], [[8, 18, 6, 0]]])(
    '%o has no size',
    (bbox) => {
      expect(findingsOf({ bbox })).toEqual([
        {
          kind: 'empty-box',
          where: 'annotations[0] (id 11).bbox',
          message: `[${bbox.join(', ')}] has no size: nothing can be cut out by it`,
          image: 'a.jpg',
          person: 0,
        },
      ]);
    },
  );
});

test('the place of a person among those of its image is told', () => {
  const other = { ...person, id: 12, bbox: [60, 1, 9, 9] as const };
  const found = findOutside({ images, annotations: [person, other] }, skeleton);
  expect(found).toMatchObject([{ kind: 'box-outside-image', image: 'a.jpg', person: 1 }]);
});

test('an area of 0 and a count that disagrees are told', () => {
  expect(kindsOf({ area: 0 })).toEqual(['no-area']);
  expect(findingsOf({ num_keypoints: 1 })).toEqual([
    {
      kind: 'count-disagrees',
      where: 'annotations[0] (id 11).num_keypoints',
      message: 'says 1, but 2 joints have v > 0: 2 is taken',
      image: 'a.jpg',
      person: 0,
    },
  ]);
});
