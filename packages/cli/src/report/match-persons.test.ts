import { coco17, parseCoco } from '@limber/keypoints';
import { expect, test } from 'vitest';
import { evenly, matchPersons } from './match-persons.ts';

const joints = coco17.keypoints.length;
const pose = (x: number): number[] => Array.from({ length: joints }, () => [x, 50, 2]).flat();
const person = (id: number, x: number): object => ({
  id,
  image_id: 1,
  category_id: 1,
  bbox: [x - 20, 10, 40, 80],
  keypoints: pose(x),
});
const truth = parseCoco(
  {
    images: [{ id: 1, file_name: 'a.jpg', width: 300, height: 100 }],
    annotations: [person(1, 50), person(2, 200)],
    categories: [{ name: 'person', keypoints: [...coco17.keypoints] }],
  },
  { file: 'a.json' },
);

test('each person of an image gets the prediction that fits it', () => {
  const predictions = [201, 50].map((x) => ({
    image_id: 1,
    category_id: 1,
    keypoints: pose(x),
    score: 1,
  }));
  const matched = matchPersons(truth, predictions);
  expect(matched.map(({ prediction }) => prediction.keypoints[0])).toEqual([50, 201]);
  expect(matched[0]!.oks).toBe(1);
  expect(matched[1]!.oks).toBeGreaterThan(0.9);
});

test('a person without a prediction is left out', () => {
  expect(matchPersons(truth, [])).toEqual([]);
});

test('items are chosen at even distances', () => {
  expect(evenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8]);
  expect(evenly([0, 1], 5)).toEqual([0, 1]);
});
