import { expect, test } from 'vitest';
import { matchJoints } from './match-joints.ts';

test('joints are found by their names, whatever their case and the signs between words', () => {
  expect(matchJoints(['left_hip', 'neck', 'Nose'], ['nose', 'Left Hip', 'LEFT-HIP'])).toEqual([
    1, -1, 0,
  ]);
});
