import type { Random } from '@limber/keypoints';
import type { Renderer } from './renderer.ts';

/** How a camera turns light into an image. */
export interface Film {
  /** The mean of an image's linear light after exposure. */
  readonly meanLight: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly vignette: number;
  /** Radius of the blur, pixels. */
  readonly blur: number;
  /** How far the camera moves while it takes the image, pixels. */
  readonly motion: readonly [x: number, y: number];
  /** Standard deviation of the noise, in steps of 255. */
  readonly noise: number;
  /** JPEG quality. */
  readonly quality: number;
}

/** @param motionBlur - how often the camera moves while it takes an image, 0 to 1. */
export function createFilm(random: Random, motionBlur: number): Film {
  const isMoved = random.chance(motionBlur);
  const way = random.uniform(0, 2 * Math.PI);
  const length = random.uniform(2, 9);
  return {
    meanLight: random.uniform(0.12, 0.34),
    contrast: random.uniform(0.8, 1.25),
    saturation: random.chance(0.06) ? 0 : random.uniform(0.6, 1.25),
    vignette: random.uniform(0, 0.35),
    blur: random.chance(0.35) ? random.uniform(0.3, 1.2) : 0,
    motion: isMoved ? [length * Math.cos(way), length * Math.sin(way)] : [0, 0],
    noise: random.chance(0.7) ? random.uniform(0.5, 7) : 0,
    quality: random.integer(40, 95),
  };
}

/** The most that one pass mixes: more would ring. */
const maxShare = 0.3;

/**
 * Turns the renderer's linear light into the bytes of an image.
 *
 * @param options.exposure - factor on the light, see {@link meterExposure}.
 * @param options.noiseSeed - of this image's noise.
 * @returns [H, W, 3] sRGB, a copy.
 */
export function develop(
  renderer: Renderer,
  pixelCount: number,
  options: { readonly film: Film; readonly exposure: number; readonly noiseSeed: number },
): Uint8Array {
  const { film, exposure, noiseSeed } = options;
  const { render } = renderer;
  const [dx, dy] = film.motion;
  const length = Math.ceil(Math.hypot(dx, dy));
  if (length > 1) render.smear(dx, dy, length + 1);
  // mixing a share with both neighbours spreads a point by a variance of twice the share
  for (let rest = film.blur ** 2 / 2; rest > 0; rest -= maxShare) {
    render.blur(Math.min(rest, maxShare));
  }
  const { saturation, contrast, vignette, noise } = film;
  render.develop(renderer.place([exposure, saturation, contrast, vignette, noise]), noiseSeed);
  return renderer.pixels.slice(0, pixelCount * 3);
}

/** The exposure that brings an image to the mean light of a film, within what a camera would do. */
export function meterExposure(mean: number, film: Film): number {
  return Math.min(maxExposure, Math.max(minExposure, film.meanLight / mean));
}

const minExposure = 0.6;
const maxExposure = 3;
