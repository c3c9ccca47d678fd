import { expect, test } from 'vitest';
import { blurHeatmap, gaussianKernel } from './gaussian-blur.ts';

test('the kernel has the weights of cv2.getGaussianKernel(11, 0)', () => {
  // opencv-python-headless 5.0.0
  const half = [0.00881223, 0.02714358, 0.06511406, 0.12164907, 0.17699836, 0.20056541];
  const kernel = [...half, ...half.slice(0, -1).reverse()];
  for (const [at, weight] of gaussianKernel(11).entries()) {
    expect(weight).toBeCloseTo(kernel[at]!, 8);
  }
});

test('a map is blurred as by cv2.GaussianBlur, with zeros around it', () => {
  // opencv-python-headless 5.0.0: GaussianBlur(numpy.pad(map, 2), (5, 5), 1.1), the border cut off
  const map = [
    [0.1, 0.5, 0.2, 0.0, 0.3, 0.9],
    [0.4, 0.0, 1.0, 0.7, 0.2, 0.1],
    [0.6, 0.3, 0.8, 0.05, 0.0, 0.45],
    [0.2, 0.9, 0.1, 0.35, 0.6, 0.0],
    [0.15, 0.0, 0.25, 0.5, 0.1, 0.7],
  ];
  const expected = [
    [0.14237891, 0.22347432, 0.25547583, 0.23736558, 0.22333747, 0.19512435],
    [0.23042391, 0.3499903, 0.40217482, 0.35178775, 0.27604913, 0.20291442],
    [0.27442098, 0.39750518, 0.42901077, 0.36271203, 0.27516028, 0.18903496],
    [0.23054948, 0.33107411, 0.34912571, 0.31763397, 0.26904255, 0.19231852],
    [0.12549226, 0.1868154, 0.21340421, 0.22613133, 0.21810774, 0.17163482],
  ];
  const blurred = blurHeatmap(Float64Array.from(map.flat()), { height: 5, width: 6 }, 5);
  for (const [at, value] of expected.flat().entries()) expect(blurred[at]).toBeCloseTo(value, 7);
});
