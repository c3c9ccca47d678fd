import { describe, expect, it } from 'vitest';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { CocoResult } from '../results/coco-result.ts';
import { createPersonSize } from './person-size.ts';

const names = ['left_shoulder', 'right_hip', 'head', 'neck'];
const category = { id: 1, name: 'dancer', keypoints: names };

/** Joints at the given places, in the order of `names`, all labelled but those that are null. */
function person(...places: readonly (readonly [number, number] | null)[]): TruePerson {
  const keypoints = places.flatMap((place) => (place === null ? [0, 0, 0] : [...place, 2]));
  const bbox = [0, 0, 30, 70] as const;
  return {
    id: 1,
    image_id: 1,
    category_id: 1,
    keypoints,
    num_keypoints: 4,
    bbox,
    area: 9,
    iscrowd: 0,
  };
}

/** Shoulder and hip 50 px from each other. */
const found: CocoResult = {
  image_id: 1,
  category_id: 1,
  keypoints: [0, 0, 1, 30, 40, 1, 5, 5, 1, 5, 9, 1],
  score: 1,
};

const head = [1, 1] as const;

it('by its box a person is as long as the longer side', () => {
  const sizeOf = createPersonSize(category, 'bbox', undefined);
  expect(sizeOf(person(head, head, head, head), undefined)).toBe(70);
});

describe('the torso', () => {
  const sizeOf = createPersonSize(category, 'torso', undefined);

  it('goes from the left shoulder to the right hip', () => {
    expect(sizeOf(person([10, 10], [13, 14], head, head), found)).toBe(5);
  });

  it.each([
    ['one of them is not labelled', person(null, [13, 14], head, head)],
    ['the other one is not', person([10, 10], null, head, head)],
    ['they are less than 1 px from each other', person([10, 10], [10.5, 10], head, head)],
  ])('is taken from the prediction where %s', (_, truth) => {
    expect(sizeOf(truth, found)).toBe(50);
  });

  it('of 1 px is long enough', () => {
    expect(sizeOf(person([10, 10], [11, 10], head, head), found)).toBe(1);
  });

  it('is not known where there is no prediction either', () => {
    expect(sizeOf(person(null, [13, 14], head, head), undefined)).toBe(0);
  });
});

describe('the head', () => {
  it('has the first ends that the skeleton has both of', () => {
    const sizeOf = createPersonSize(category, 'head', undefined);
    expect(sizeOf(person(head, head, [7, 0], [0, 24]), found)).toBe(25);
  });

  it('is never taken from the prediction', () => {
    const sizeOf = createPersonSize(category, 'head', undefined);
    expect(sizeOf(person(head, head, null, [0, 24]), found)).toBe(0);
  });

  it('may have any ends, the first joint too', () => {
    const sizeOf = createPersonSize(category, 'head', ['neck', 'left_shoulder']);
    expect(sizeOf(person([3, 0], head, head, [0, 4]), found)).toBe(5);
  });

  it('refuses ends that are no joints, without advice where no name is near', () => {
    const create = () => createPersonSize(category, 'head', ['neck', 'quux']);
    expect(create).toThrow(
      /^ends: no such joint: expected one of left_shoulder, right_hip, head, neck, got quux\.$/,
    );
  });
});
