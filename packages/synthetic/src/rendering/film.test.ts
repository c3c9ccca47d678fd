import { createRandom } from '@limber/keypoints';
import { expect, test } from 'vitest';
import { colorOfHex, encodeSrgb } from './color.ts';
import type { Film } from './film.ts';
import { createFilm, develop, meterExposure } from './film.ts';
import { Renderer } from './renderer.ts';

const size = { width: 8, height: 6 };
const pixelCount = size.width * size.height;
const renderer = new Renderer();
const { render } = renderer;
const cleanFilm: Film = { ...createFilm(createRandom(1), 0), noise: 0, blur: 0, vignette: 0 };

/** Develops an image of which each pixel has the light of one number. */
function developLight(lightOf: (pixel: number) => number, film: Film, noiseSeed = 1): Uint8Array {
  renderer.freeNumbers();
  const pinhole = [0, 0, 0, 1, 0, 0, 0, -1, 0, 0, 0, 1, 10, 3.5, 2.5, 0];
  render.setCamera(renderer.place(pinhole), size.width, size.height);
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    renderer.colors.fill(lightOf(pixel), pixel * 4, pixel * 4 + 4);
  }
  return develop(renderer, pixelCount, { film, exposure: 1, noiseSeed });
}

test('sRGB there and back is the same byte', () => {
  for (let byte = 0; byte < 256; byte++) {
    const hex = byte.toString(16).padStart(2, '0').repeat(3);
    expect(encodeSrgb(colorOfHex(hex)[0])).toBeCloseTo(byte, 9);
  }
});

test('a clean film of contrast 1 gives the bytes of sRGB, up to its shoulder', () => {
  const film = { ...cleanFilm, contrast: 1, saturation: 1 };
  for (const light of [0.01, 0.1, 0.3, 0.55]) {
    const [byte] = developLight(() => light, film);
    expect(Math.abs(byte! - encodeSrgb(light))).toBeLessThan(1);
  }
});

test('more light never makes an image darker', () => {
  const levels = [0, 0.01, 0.1, 0.3, 0.7, 1, 2, 5, 1000].map(
    (light) => developLight(() => light, cleanFilm)[0]!,
  );
  expect(levels).toEqual(levels.toSorted((a, b) => a - b));
  expect(levels[0]).toBeLessThan(35);
  expect(levels.at(-1)).toBeGreaterThan(215);
});

test('a blur keeps an even image, spreads a point, and the noise is that of its seed', () => {
  const blurred = { ...cleanFilm, blur: 1.2 };
  expect(new Set(developLight(() => 0.2, blurred)).size).toBe(1);
  const point = (pixel: number): number => (pixel === 27 ? 0.5 : 0.01);
  const [sharp, soft] = [cleanFilm, blurred].map((film) => developLight(point, film));
  expect(soft![27 * 3]).toBeLessThan(sharp![27 * 3]!);
  expect(soft![28 * 3]).toBeGreaterThan(sharp![28 * 3]!);
  const noisy = { ...cleanFilm, noise: 5 };
  const once = developLight(() => 0.2, noisy, 77);
  expect(developLight(() => 0.2, noisy, 77)).toEqual(once);
  expect(developLight(() => 0.2, noisy, 78)).not.toEqual(once);
});

test('a camera that moves smears along its way, and not across it', () => {
  const point = (pixel: number): number => (pixel === 27 ? 0.5 : 0.01);
  const still = developLight(point, cleanFilm);
  const moved = developLight(point, { ...cleanFilm, motion: [4, 0] });
  expect(moved[29 * 3]).toBeGreaterThan(still[29 * 3]!);
  expect(moved[35 * 3]).toBe(still[35 * 3]);
});

test('the exposure brings a dark image up, within limits', () => {
  const film = { ...cleanFilm, meanLight: 0.2 };
  expect(meterExposure(0.1, film)).toBeCloseTo(2, 5);
  expect(meterExposure(0.0001, film)).toBe(3);
  expect(meterExposure(30, film)).toBe(0.6);
  developLight((pixel) => (pixel % 2 === 0 ? 0.1 : 4), cleanFilm);
  // lamps and sky do not count for more than 1
  expect(render.meanLight()).toBeCloseTo(0.55, 5);
});
