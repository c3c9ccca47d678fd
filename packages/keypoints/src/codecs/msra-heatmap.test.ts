import { describe, expect, test } from 'vitest';
import { testGolden } from './codec-golden.suite.ts';
import { testCodec } from './codec.suite.ts';
import { gaussianKernel } from './gaussian-blur.ts';
import { defaultBlurKernelSize } from './gaussian-heatmap.ts';
import { createMsraHeatmap } from './msra-heatmap.ts';

testGolden('msra-heatmap', { noise: 0.2, tolerancePx: 2e-3 });

const expectations = { tolerancePx: 0.05 };
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
  const create = () =>
    createMsraHeatmap({
      inputSize: { height: 64, width: 64 },
      heatmapSize: { height: 16, width: 16 },
    });

  test('an empty heatmap gives a point outside and score 0', () => {
    const { keypoints, scores } = create().decode(new Float32Array(16 * 16), 1);
    expect([...keypoints, ...scores]).toEqual([-4, -4, 0]);
  });

  test('of two peaks of the same height the first one counts, as with numpy.argmax', () => {
    const map = new Float32Array(16 * 16);
    for (const at of [3, 200]) map[at] = 0.5;
    expect([...create().decode(map, 1).keypoints]).toEqual([12, 0]);
  });

  test('a single pixel on the border, which is no Gaussian, stays where it is', () => {
    const map = new Float32Array(16 * 16);
    map[15] = 0.5;
    const { keypoints, scores } = create().decode(map, 1);
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
