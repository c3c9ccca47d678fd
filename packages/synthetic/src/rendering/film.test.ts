import { createRandom } from '@limber/keypoints';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { colorOfHex, encodeSrgb } from './color.ts';
import { createFilm, develop, meterExposure } from './film.ts';
import { layeredNoise } from './noise.ts';

const size = { width: 8, height: 6 };
const grey = (light: number): Float32Array =>
  new Float32Array(size.width * size.height * 3).fill(light);

test('sRGB there and back is the same byte', () => {
  for (let byte = 0; byte < 256; byte++) {
    const hex = byte.toString(16).padStart(2, '0').repeat(3);
    expect(encodeSrgb(colorOfHex(hex)[0])).toBeCloseTo(byte, 9);
  }
});

test('more light never makes an image darker', () => {
  const film = { ...createFilm(createRandom(1)), noise: 0, blur: 0, vignette: 0 };
  const levels = [0, 0.01, 0.1, 0.3, 0.7, 1, 2, 5, 1000].map(
    (light) => develop(grey(light), size, { film, exposure: 1, noiseSeed: 1 })[0]!,
  );
  expect(levels).toEqual(levels.toSorted((a, b) => a - b));
  expect(levels[0]).toBeLessThan(25);
  expect(levels.at(-1)).toBeGreaterThan(230);
});

test('a blur keeps an even image and the noise is that of its seed', () => {
  const film = { ...createFilm(createRandom(1)), noise: 5, blur: 1 };
  const once = develop(grey(0.2), size, { film, exposure: 1, noiseSeed: 77 });
  expect(develop(grey(0.2), size, { film, exposure: 1, noiseSeed: 77 })).toEqual(once);
  expect(develop(grey(0.2), size, { film, exposure: 1, noiseSeed: 78 })).not.toEqual(once);
});

test('the exposure brings a dark image up, within limits', () => {
  const film = { ...createFilm(createRandom(1)), meanLight: 0.2 };
  expect(meterExposure(grey(0.1), film)).toBeCloseTo(2, 5);
  expect(meterExposure(grey(0.0001), film)).toBe(3);
  expect(meterExposure(grey(30), film)).toBe(0.6);
});

test('noise stays between 0 and 1', () => {
  const place = fc.double({ min: -1000, max: 1000, noNaN: true });
  fc.assert(
    fc.property(place, place, fc.integer(), (x, y, seed) => {
      const value = layeredNoise(x, y, seed);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }),
  );
});
