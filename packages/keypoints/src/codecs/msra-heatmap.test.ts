import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Size } from '../geometry/box.ts';
import { testCodec } from './codec.suite.ts';
import { gaussianKernel } from './gaussian-blur.ts';
import { createMsraHeatmap, defaultBlurKernelSize } from './msra-heatmap.ts';

interface GoldenCase {
  readonly inputSize: Size;
  readonly heatmapSize: Size;
  readonly sigmaPx: number;
  readonly blurKernelSize: number;
  readonly keypoints: readonly (readonly [x: number, y: number, v: number])[];
  readonly weights: readonly number[];
  readonly sum: number;
  readonly at: readonly number[];
  readonly values: readonly number[];
  readonly decoded: readonly (readonly [x: number, y: number])[];
  readonly scores: readonly number[];
  readonly decodedFromNoise: readonly (readonly [x: number, y: number])[];
  readonly scoresFromNoise: readonly number[];
}

const golden = JSON.parse(
  readFileSync(new URL('msra-heatmap.golden.json', import.meta.url), 'utf8'),
) as { readonly how: string; readonly cases: readonly GoldenCase[] };

describe.each(golden.cases)('sigma $sigmaPx, heatmap $heatmapSize', (expected) => {
  const { keypoints, blurKernelSize, ...sizes } = expected;
  const codec = createMsraHeatmap(sizes);
  const { targets, weights } = codec.encode(Float32Array.from(keypoints.flat()));

  test('targets equal those of NumPy', () => {
    expect(defaultBlurKernelSize(expected.sigmaPx)).toBe(blurKernelSize);
    expect([...weights]).toEqual(expected.weights);
    expect(targets.reduce((sum, value) => sum + value, 0)).toBeCloseTo(expected.sum, 2);
    for (const [index, at] of expected.at.entries()) {
      expect(targets[at]).toBeCloseTo(expected.values[index]!, 5);
    }
  });

  test('joints decoded from targets equal those of NumPy and OpenCV', () => {
    const decoded = codec.decode(targets, keypoints.length);
    expectNear(decoded.keypoints, expected.decoded.flat(), 2e-3);
    expectNear(decoded.scores, expected.scores, 1e-6);
  });

  test('joints decoded from noisy heatmaps equal those of NumPy and OpenCV', () => {
    const noisy = targets.map((value, at) => value + Math.fround(0.2) * noise(at));
    const decoded = codec.decode(noisy, keypoints.length);
    expectNear(decoded.keypoints, expected.decodedFromNoise.flat(), 2e-3);
    expectNear(decoded.scores, expected.scoresFromNoise, 1e-6);
  });
});

/** A number in [0, 1) from an index, the same as in the golden script. */
function noise(index: number): number {
  let x = Math.imul(index, 2654435761);
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519);
  x ^= x >>> 13;
  return Math.fround((x >>> 0) / 4294967296);
}

/** The Gaussians are float32 on both sides, their logarithms' curvature magnifies the last digit. */
function expectNear(got: Float32Array, expected: readonly number[], tolerance: number): void {
  expect(got.length).toBe(expected.length);
  for (const [at, value] of got.entries()) {
    expect(Math.abs(value - expected[at]!)).toBeLessThanOrEqual(tolerance);
  }
}

// 4 input pixels to a heatmap pixel; nearer to the border the blur, 5 heatmap pixels wide on each side, sees the outside
const expectations = { borderPx: 24, tolerancePx: 0.05 };
testCodec(
  {
    type: 'msra-heatmap',
    inputSize: { height: 256, width: 192 },
    heatmapSize: { height: 64, width: 48 },
  },
  expectations,
);
testCodec(
  {
    type: 'msra-heatmap',
    inputSize: { height: 128, width: 96 },
    heatmapSize: { height: 32, width: 24 },
    sigmaPx: 1.5,
  },
  expectations,
);

describe('the blur before decoding', () => {
  test('is about as wide as the Gaussians: 11 pixels for sigma 2, 17 for sigma 3', () => {
    expect([1, 1.5, 2, 3].map(defaultBlurKernelSize)).toEqual([5, 9, 11, 17]);
  });

  test('has the weights of cv2.getGaussianKernel(11, 0)', () => {
    // opencv-python-headless 5.0.0
    const half = [0.00881223, 0.02714358, 0.06511406, 0.12164907, 0.17699836, 0.20056541];
    const kernel = [...half, ...half.slice(0, -1).reverse()];
    for (const [at, weight] of gaussianKernel(11).entries()) {
      expect(weight).toBeCloseTo(kernel[at]!, 8);
    }
  });
});

describe('decoding', () => {
  const codec = createMsraHeatmap({
    inputSize: { height: 64, width: 64 },
    heatmapSize: { height: 16, width: 16 },
  });

  test('an empty heatmap gives a point outside and score 0', () => {
    const { keypoints, scores } = codec.decode(new Float32Array(16 * 16), 1);
    expect([...keypoints, ...scores]).toEqual([-4, -4, 0]);
  });

  test('of two peaks of the same height the first one counts, as with numpy.argmax', () => {
    const map = new Float32Array(16 * 16);
    for (const at of [3, 200]) map[at] = 0.5;
    expect([...codec.decode(map, 1).keypoints]).toEqual([12, 0]);
  });

  test('a peak on the border stays on its pixel', () => {
    const map = new Float32Array(16 * 16);
    map[15] = 0.5;
    const { keypoints, scores } = codec.decode(map, 1);
    expect([...keypoints, ...scores]).toEqual([60, 0, 0.5]);
  });
});

describe('options', () => {
  const sizes = { inputSize: { height: 64, width: 64 }, heatmapSize: { height: 16, width: 16 } };
  test.each([
    [
      { ...sizes, heatmapSize: { height: 0, width: 16 } },
      'msra-heatmap: not a size: expected whole numbers >= 1, got 64, 64, 16, 0.',
    ],
    [{ ...sizes, sigmaPx: 0 }, 'msra-heatmap: sigmaPx: expected a number > 0, got 0.'],
    [
      { ...sizes, blurKernelSize: 10 },
      'msra-heatmap: blurKernelSize: expected an odd number, got 10.',
    ],
  ])('%o are refused', (options, message) => {
    expect(() => createMsraHeatmap(options)).toThrow(message);
  });
});
