import type { Random } from '@limber/keypoints';
import { absence } from './hsv.ts';

/** Adds to hue, saturation and value, each half of the time (MMPose `YOLOXHSVRandomAug`). */
export interface YoloxHsv {
  /** Largest change of H in OpenCV's units of 2 degrees, 0 to 90. */
  readonly hueDelta: number;
  /** Largest change of S, 0 to 255. */
  readonly saturationDelta: number;
  /** Largest change of V, 0 to 255. */
  readonly valueDelta: number;
}

/**
 * Adds uniform whole numbers up to the deltas to H, S and V, each with a chance of 1/2, as MMPose does.
 *
 * @param pixels - RGB, changed in place.
 * @see MMPose `YOLOXHSVRandomAug`.
 */
export function jitterHsv(pixels: Uint8Array, options: YoloxHsv, random: Random): void {
  const { hueDelta, saturationDelta, valueDelta } = options;
  const drawn = [hueDelta, saturationDelta, valueDelta].map(
    (delta) => random.uniform(-1, 1) * delta,
  );
  const [hue, saturation, value] = drawn.map((gain) => Math.trunc(gain) * random.integer(0, 1));
  addHsv(pixels, { hue: hue!, saturation: saturation!, value: value! });
}

/** OpenCV keeps quotients to 12 bits. */
const quotientBits = 12;
const half = 1 << (quotientBits - 1);
const hueTurn = 180;
const saturationQuotients = quotients(255);
const hueQuotients = quotients(hueTurn / 6);

/**
 * Adds to HSV of 8 bits, hue going round, saturation and value cut to 0 … 255. With the roundings of
 * OpenCV's `cvtColor`; a level may differ from it by 1, since OpenCV goes back in single precision.
 *
 * @param pixels - RGB, changed in place.
 * @param gains - whole numbers; `hue` in units of 2 degrees.
 */
export function addHsv(
  pixels: Uint8Array,
  gains: { readonly hue: number; readonly saturation: number; readonly value: number },
): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const red = pixels[at]!;
    const green = pixels[at + 1]!;
    const blue = pixels[at + 2]!;
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    const saturation = (chroma * saturationQuotients[value]! + half) >> quotientBits;
    const sector =
      value === red
        ? green - blue
        : value === green
          ? blue - red + 2 * chroma
          : red - green + 4 * chroma;
    const hue = (sector * hueQuotients[chroma]! + half) >> quotientBits;
    const turned = (((hue + gains.hue) % hueTurn) + hueTurn) % hueTurn;
    const bright = cut(value + gains.value);
    const colored = (bright * cut(saturation + gains.saturation)) / 255;
    const place = turned / (hueTurn / 6);
    pixels[at] = bright - colored * absence((place + 5) % 6) + 0.5;
    pixels[at + 1] = bright - colored * absence((place + 3) % 6) + 0.5;
    pixels[at + 2] = bright - colored * absence((place + 1) % 6) + 0.5;
  }
}

function quotients(of: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, divisor) =>
    divisor === 0 ? 0 : Math.round((of * (1 << quotientBits)) / divisor),
  );
}

function cut(level: number): number {
  return Math.min(Math.max(level, 0), 255);
}
