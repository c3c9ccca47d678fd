import { expect, test } from 'vitest';
import { testCodec } from './codec.suite.ts';
import { createRegression } from './regression.ts';

const inputSize = { height: 256, width: 192 };
testCodec({ type: 'regression', inputSize }, { tolerancePx: 1e-4 });

test('places are fractions of the sides; a joint outside counts for nothing', () => {
  const codec = createRegression({ inputSize });
  const { targets, weights } = codec.encode(Float32Array.of(48, 64, 2, 192, 256, 1, 193, 10, 2));
  expect([...targets]).toEqual([0.25, 0.25, 1, 1, 0, 0]);
  expect([...weights]).toEqual([1, 1, 0]);
});

test.each([
  [-1, 10],
  [10, -1],
  [10, 257],
])('a joint at %d, %d is outside', (x, y) => {
  const { targets, weights } = createRegression({ inputSize }).encode(Float32Array.of(x, y, 2));
  expect([...weights, ...targets]).toEqual([0, 0, 0]);
});

test('a side of one pixel is a size', () => {
  expect(() => createRegression({ inputSize: { height: 1, width: 1 } })).not.toThrow();
});

test('the score is the mean of 1 minus each deviation', () => {
  const codec = createRegression({ inputSize });
  // sigmoids 0.25 and 0.75, 0.5 and 0.5, near 0
  const logit = Math.log(3);
  const output = Float32Array.of(0.5, 0.5, -logit, logit, 0, 1, 0, 0, 1, 1, -100, -100);
  const { keypoints, scores } = codec.decode(output, 3);
  expect([...keypoints]).toEqual([96, 128, 0, 256, 192, 256]);
  expect([...scores].map((score) => Math.round(score * 1e6) / 1e6)).toEqual([0.5, 0.5, 1]);
});

test('what is not a size, or no output of such a head, is refused', () => {
  expect(() => createRegression({ inputSize: { height: 0, width: 192 } })).toThrow(
    'regression: not a size: expected whole numbers >= 1, got 192, 0.',
  );
  expect(() => createRegression({ inputSize }).decode(new Float32Array(9), 3)).toThrow(
    'regression: not an output of a regression head: expected 3 x 2 or 3 x 4 numbers, got 9.',
  );
});
