import { expect, test } from 'vitest';
import { sideTables } from './side-confusion.ts';

const skeleton = {
  keypoints: ['nose', 'left_hip', 'right_hip', 'left_ear', 'right_ear'],
  pairs: [
    [3, 4],
    [1, 2],
  ],
} as const;

test('counts each side of each pair, the worst pair first; joints without a label do not count', () => {
  const [table] = sideTables(skeleton, [
    { joints: ['good', 'inversion', 'inversion', null, null] },
    { joints: ['good', 'good', 'inversion', null, null] },
  ]);
  expect(table!.rows).toEqual([
    ['left_hip / right_hip', '1', '2', '75.0 %'],
    ['left_ear / right_ear', '0', '0', '–'],
  ]);
});

test('without pairs there is no table', () => {
  expect(sideTables({ keypoints: ['tail'], pairs: [] }, [])).toEqual([]);
  expect(sideTables({ keypoints: ['left_x'], pairs: null }, [])).toEqual([]);
});
