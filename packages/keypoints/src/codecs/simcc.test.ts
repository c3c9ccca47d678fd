import { describe, expect, test } from 'vitest';
import { testGolden } from './codec-golden.suite.ts';
import { testCodec } from './codec.suite.ts';
import type { SimccOptions } from './simcc.ts';
import { createSimcc, defaultSimccSigmas } from './simcc.ts';

testGolden('simcc', { noise: 0.02, tolerancePx: 1e-3 });

const inputSize = { height: 256, width: 192 };
testCodec({ type: 'simcc', inputSize }, { tolerancePx: 0.05 });
// the narrower a Gaussian, the less it is a parabola; it shows at the first bin only
testCodec(
  { type: 'simcc', inputSize: { height: 128, width: 96 }, splitRatio: 1.5 },
  { tolerancePx: 0.11 },
);
// a quarter of a pixel along each axis: the nearest bin is all that such a target tells
testCodec(
  { type: 'simcc', inputSize, smoothing: { type: 'label', weight: 0.1 } },
  { tolerancePx: 0.36 },
);

test("the usual radii are RTMPose's", () => {
  const of = (height: number, width: number): number[] =>
    defaultSimccSigmas({ height, width }, 2).map((sigma) => Math.round(sigma * 100) / 100);
  expect([of(256, 192), of(384, 288)]).toEqual([
    [4.9, 5.66],
    [6, 6.93],
  ]);
});

test('without a bin above 0 a joint is outside, with the smaller of both maxima as score', () => {
  const codec = createSimcc({ inputSize: { height: 2, width: 3 } });
  const output = new Float32Array(10).fill(-2);
  output[3] = 5;
  output[8] = -1;
  const { keypoints, scores } = codec.decode(output, 1);
  expect([...keypoints, ...scores]).toEqual([-1, -1, -1]);
});

test('of equal bins the first one counts, at its place', () => {
  const codec = createSimcc({ inputSize: { height: 2, width: 3 } });
  const { keypoints } = codec.decode(new Float32Array(10).fill(0.5), 1);
  expect([...keypoints]).toEqual([0, 0]);
});

describe('a joint counts as long as its target reaches into the bins', () => {
  const sizes = { inputSize: { height: 10, width: 10 }, splitRatio: 1 };
  // three sigmas are 3 bins
  const smoothing = { type: 'gaussian', sigmaBins: [1, 1] } as const;
  test.each([
    [12.75, 1],
    [13, 0],
    [-4, 1],
    [-4.25, 0],
  ])('with a Gaussian at %d: %d', (place, weight) => {
    const codec = createSimcc({ ...sizes, smoothing });
    const joints = Float32Array.of(place, 5, 2, 5, place, 2);
    expect([...codec.encode(joints).weights]).toEqual([weight, weight]);
  });

  test.each([
    [9.25, 1],
    [10, 0],
    [-0.25, 1],
    [-1, 0],
  ])('with a smoothed label at %d: %d', (place, weight) => {
    const codec = createSimcc({ ...sizes, smoothing: { type: 'label', weight: 0.1 } });
    const joints = Float32Array.of(place, 5, 2, 5, place, 2);
    expect([...codec.encode(joints).weights]).toEqual([weight, weight]);
  });
});

test('a peak at the last bin is found between it and the one before', () => {
  const smoothing = { type: 'gaussian', sigmaBins: [5, 5] } as const;
  const codec = createSimcc({ inputSize: { height: 20, width: 20 }, splitRatio: 1, smoothing });
  const { targets } = codec.encode(Float32Array.of(18.7, 18.9, 2));
  const [x, y] = codec.decode(targets, 1).keypoints;
  expect([Math.abs(x! - 18.7), Math.abs(y! - 18.9)].every((error) => error < 0.05)).toBe(true);
});

test('three bins, and labels without smoothing, are enough', () => {
  const smoothing = { type: 'label', weight: 0 } as const;
  const sizes = { inputSize: { height: 3, width: 3 }, splitRatio: 1 };
  const codec = createSimcc({ ...sizes, smoothing });
  expect([...codec.encode(Float32Array.of(0, 2, 2)).targets]).toEqual([1, 0, 0, 0, 0, 1]);
});

describe('options', () => {
  test.each<[SimccOptions, string]>([
    [
      { inputSize: { height: 256, width: 0.5 } },
      'simcc: not a size: expected whole numbers >= 1, got 0.5, 256.',
    ],
    [
      { inputSize, splitRatio: 0.01 },
      'simcc: splitRatio: expected at least 3 bins along each side, got 0.01.',
    ],
    [
      { inputSize, splitRatio: Number.NaN },
      'simcc: splitRatio: expected at least 3 bins along each side, got NaN.',
    ],
    [
      { inputSize, smoothing: { type: 'gaussian', sigmaBins: [6, 0] } },
      'simcc: sigmaBins: expected two numbers > 0, got 6, 0.',
    ],
    [
      { inputSize, smoothing: { type: 'label', weight: 0.5 } },
      'simcc: weight: expected a number from 0 to below 0.5, got 0.5.',
    ],
    [
      { inputSize, smoothing: { type: 'label', weight: -0.1 } },
      'simcc: weight: expected a number from 0 to below 0.5, got -0.1.',
    ],
  ])('%o are refused', (options, message) => {
    expect(() => createSimcc(options)).toThrow(message);
  });
});
