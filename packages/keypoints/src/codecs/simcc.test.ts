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
  ])('%o are refused', (options, message) => {
    expect(() => createSimcc(options)).toThrow(message);
  });
});
