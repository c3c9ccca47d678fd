import { describe, expect, test } from 'vitest';
import { testGolden } from './codec-golden.suite.ts';
import { testCodec } from './codec.suite.ts';
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
});

describe('decoding', () => {
  const create = () =>
    createMsraHeatmap({
      inputSize: { height: 64, width: 64 },
      heatmapSize: { height: 16, width: 16 },
    });

  /** A map over the 16 x 16 pixels whose highest is at (8, 8). */
  const decodeMap = (value: (dx: number, dy: number) => number): number[] => {
    const map = Float32Array.from({ length: 16 * 16 }, (_, at) => {
      const [dx, dy] = [(at % 16) - 8, Math.floor(at / 16) - 8];
      return dx === 0 && dy === 0 ? 1 : value(dx, dy);
    });
    return [...create().decode(map, 1).keypoints];
  };
  const wave = (at: number): number => 1 - Math.cos((at - 0.5) / 2);

  test.each<[string, (dx: number, dy: number) => number]>([
    ['in a hollow', (dx, dy) => 0.1 + 0.2 * (wave(dx) + wave(dy))],
    ['on a saddle along x', (dx, dy) => 0.1 + 0.2 * wave(dx) + 0.2 * (2 - wave(dy))],
    ['on a saddle along y', (dx, dy) => 0.1 + 0.2 * (2 - wave(dx)) + 0.2 * wave(dy)],
    ['with a peak far off along x', (dx, dy) => 0.98 * Math.exp(-((dx - 6) ** 2 + dy ** 2) / 72)],
    ['with a peak far off along y', (dx, dy) => 0.98 * Math.exp(-(dx ** 2 + (dy + 6) ** 2) / 72)],
  ])('a single pixel %s of a map stays where it is', (_where, value) => {
    expect(decodeMap(value)).toEqual([32, 32]);
  });

  test('a peak within two pixels is moved to', () => {
    const [x, y] = decodeMap((dx, dy) => 0.9 * Math.exp(-((dx - 0.8) ** 2 + (dy + 1.1) ** 2) / 8));
    expect(x).toBeGreaterThan(33);
    expect(y).toBeLessThan(31);
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

describe('a joint counts as long as its Gaussian reaches into the heatmap', () => {
  // 4 input pixels to a heatmap pixel; three sigmas are 6 of those
  const sizes = { inputSize: { height: 64, width: 80 }, heatmapSize: { height: 16, width: 20 } };
  test.each([
    [40, 32, 1],
    [4 * 25.75, 32, 1],
    [4 * 26, 32, 0],
    [-4 * 7, 32, 1],
    [-4 * 7.25, 32, 0],
    [40, 4 * 21.75, 1],
    [40, 4 * 22, 0],
    [40, -4 * 7, 1],
    [40, -4 * 7.25, 0],
    [999, 999, 0],
  ])('at %d, %d: %d', (x, y, weight) => {
    const { targets, weights } = createMsraHeatmap(sizes).encode(Float32Array.of(x, y, 2));
    expect([...weights]).toEqual([weight]);
    expect(targets.some((value) => value > 0)).toBe(weight === 1);
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
