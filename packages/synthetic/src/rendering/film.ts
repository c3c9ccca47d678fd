import type { Random, Size } from '@limber/keypoints';
import { encodeSrgb } from './color.ts';

/** How a camera turns light into an image. */
export interface Film {
  /** The mean of an image's linear light after exposure. */
  readonly meanLight: number;
  /** Brightness in steps of 255 by linear light: contrast, and a soft shoulder. */
  readonly curve: Float32Array;
  readonly saturation: number;
  readonly vignette: number;
  /** Radius of the blur, pixels from 0 to 1. */
  readonly blur: number;
  /** Standard deviation of the noise, in steps of 255. */
  readonly noise: number;
  /** JPEG quality. */
  readonly quality: number;
}

export function createFilm(random: Random): Film {
  return {
    meanLight: random.uniform(0.12, 0.34),
    curve: toneCurve(random.uniform(0.85, 1.15)),
    saturation: random.uniform(0.6, 1.2),
    vignette: random.uniform(0, 0.35),
    blur: random.chance(0.35) ? random.uniform(0.2, 0.8) : 0,
    noise: random.chance(0.7) ? random.uniform(0.5, 4) : 0,
    quality: random.integer(72, 95),
  };
}

/**
 * Turns linear light into the bytes of an image.
 *
 * @param colors - [H, W, 3] linear light; overwritten by the blur.
 * @param options.exposure - factor on the light, see {@link meterExposure}.
 * @param options.noiseSeed - of this image's noise.
 * @returns [H, W, 3] sRGB.
 */
export function develop(
  colors: Float32Array,
  size: Size,
  options: { readonly film: Film; readonly exposure: number; readonly noiseSeed: number },
): Uint8ClampedArray {
  const { film, exposure, noiseSeed } = options;
  if (film.blur > 0) blur(colors, size, film.blur / 4);
  const { width, height } = size;
  const { curve, saturation } = film;
  // rounds and keeps to 0 to 255 by itself
  const bytes = new Uint8ClampedArray(width * height * 3);
  let state = (noiseSeed | 1) >>> 0;
  for (let y = 0; y < height; y++) {
    const dy = (2 * y) / height - 1;
    for (let x = 0; x < width; x++) {
      const dx = (2 * x) / width - 1;
      const gain = exposure * (1 - film.vignette * 0.5 * (dx * dx + dy * dy));
      const at = (y * width + x) * 3;
      const r = colors[at]! * gain;
      const g = colors[at + 1]! * gain;
      const b = colors[at + 2]! * gain;
      const grey = 0.25 * r + 0.65 * g + 0.1 * b;
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      // the sum of three bytes is near enough to a normal deviate
      const deviate =
        ((state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) - 382.5) / 128;
      const grain = deviate * film.noise;
      bytes[at] = bright(curve, grey + (r - grey) * saturation) + grain;
      bytes[at + 1] = bright(curve, grey + (g - grey) * saturation) + grain;
      bytes[at + 2] = bright(curve, grey + (b - grey) * saturation) + grain;
    }
  }
  return bytes;
}

/**
 * The exposure that brings an image to the mean light of a film, within what a camera would do.
 *
 * @param colors - [H, W, 3] linear light.
 */
export function meterExposure(colors: Float32Array, film: Film): number {
  const mean = colors.reduce((sum, value) => sum + Math.min(value, brightest), 0) / colors.length;
  return Math.min(maxExposure, Math.max(minExposure, film.meanLight / mean));
}

/** Lamps and sky beyond this do not make the rest darker. */
const brightest = 1;
const minExposure = 0.6;
const maxExposure = 3;

const curveSteps = 16_384;
const curveRange = 3;
const stepsPerLight = curveSteps / curveRange;

function toneCurve(contrast: number): Float32Array {
  return Float32Array.from({ length: curveSteps + 1 }, (_, index) => {
    const light = (index + 0.5) / stepsPerLight;
    const rolled = light < 0.6 ? light : 0.6 + 0.4 * (1 - Math.exp((0.6 - light) / 0.4));
    return 128 + (encodeSrgb(rolled) - 128) * contrast;
  });
}

function bright(curve: Float32Array, light: number): number {
  const index = (light * stepsPerLight) | 0;
  return curve[index < 0 ? 0 : index > curveSteps ? curveSteps : index]!;
}

/** Mixes every pixel with its neighbours, across and then down. */
function blur(colors: Float32Array, { width, height }: Size, share: number): void {
  const row = width * 3;
  blurAlong(colors, share, { lines: height, lineStep: row, count: width, step: 3 });
  blurAlong(colors, share, { lines: width, lineStep: 3, count: height, step: row });
}

/** Where the lines of pixels lie in an array of colors: the next line, and the next pixel of a line. */
interface Lines {
  readonly lines: number;
  readonly lineStep: number;
  readonly count: number;
  readonly step: number;
}

function blurAlong(colors: Float32Array, share: number, along: Lines): void {
  const { lines, lineStep, count, step } = along;
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 3; channel++) {
      const start = line * lineStep + channel;
      let before = colors[start]!;
      for (let index = 0; index < count; index++) {
        const at = start + index * step;
        const here = colors[at]!;
        const after = index + 1 < count ? colors[at + step]! : here;
        colors[at] = here + share * (before + after - 2 * here);
        before = here;
      }
    }
  }
}
