import type { Random } from '@limber/keypoints';
import { saturate, turnHue } from './hsv.ts';

/** Changes brightness, contrast, saturation and hue, and swaps channels, each half of the time (MMPose `PhotometricDistortion`). */
export interface PhotometricDistortion {
  /** Largest change of a level, 0 to 255. */
  readonly brightnessDelta: number;
  /** Factors on all levels. */
  readonly contrast: readonly [low: number, high: number];
  /** Factors on HSV's S. */
  readonly saturation: readonly [low: number, high: number];
  /** Largest turn of HSV's H in OpenCV's units of 2 degrees, 0 to 90. */
  readonly hueDelta: number;
}

/** OpenCV counts hue in steps of 2 degrees; a sector of the color circle is 60 degrees. */
const hueStepsPerSector = 30;

/**
 * Changes brightness, contrast (before or after the colors), saturation and hue, and swaps channels, each
 * with MMPose's odds: 1/2; colors as a whole 3/4.
 *
 * Levels are cut to 0 … 255 and rounded after each step, as there; HSV itself is not rounded to 8 bits.
 *
 * @param pixels - RGB, changed in place.
 * @see MMPose `PhotometricDistortion`.
 */
export function distortColors(
  pixels: Uint8Array,
  options: PhotometricDistortion,
  random: Random,
): void {
  const isContrastFirst = random.chance(0.5);
  const shift = random.chance(0.5)
    ? random.uniform(-options.brightnessDelta, options.brightnessDelta)
    : 0;
  const contrast = random.chance(0.5) ? random.uniform(...options.contrast) : 1;
  const colorMode = random.pick(['none', 'saturation', 'hue', 'both'] as const);
  const saturation = random.uniform(...options.saturation);
  const hue = random.uniform(-options.hueDelta, options.hueDelta) / hueStepsPerSector;
  const order = random.chance(0.5) ? random.pick(channelOrders) : unchangedOrder;

  mapLevels(
    pixels,
    unchangedOrder,
    (level) => cut(level + shift) * (isContrastFirst ? contrast : 1),
  );
  if (colorMode === 'saturation' || colorMode === 'both') saturate(pixels, saturation);
  if (colorMode === 'hue' || colorMode === 'both') turnHue(pixels, hue);
  mapLevels(pixels, order, (level) => level * (isContrastFirst ? 1 : contrast));
}

const unchangedOrder = [0, 1, 2] as const;
const channelOrders = [
  unchangedOrder,
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** Looks every level up in a table, and puts the channels into an order. */
function mapLevels(
  pixels: Uint8Array,
  order: readonly [number, number, number],
  change: (level: number) => number,
): void {
  const table = Uint8Array.from({ length: 256 }, (_, level) => Math.round(cut(change(level))));
  const [first, second, third] = order;
  for (let at = 0; at < pixels.length; at += 3) {
    const red = table[pixels[at + first]!]!;
    const green = table[pixels[at + second]!]!;
    pixels[at + 2] = table[pixels[at + third]!]!;
    pixels[at] = red;
    pixels[at + 1] = green;
  }
}

function cut(level: number): number {
  return Math.min(Math.max(level, 0), 255);
}
