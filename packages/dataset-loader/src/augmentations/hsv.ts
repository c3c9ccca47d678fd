/**
 * Multiplies HSV's S, at most to 1: the distances to the largest channel grow alike.
 *
 * @param pixels - RGB, changed in place and rounded.
 */
export function saturate(pixels: Uint8Array, factor: number): void {
  forEachColored(pixels, (at, value, chroma) => {
    const gain = Math.min(factor, value / chroma);
    pixels[at] = value - (value - pixels[at]!) * gain + 0.5;
    pixels[at + 1] = value - (value - pixels[at + 1]!) * gain + 0.5;
    pixels[at + 2] = value - (value - pixels[at + 2]!) * gain + 0.5;
  });
}

/**
 * Adds to HSV's H.
 *
 * @param pixels - RGB, changed in place and rounded.
 * @param sectors - the turn in sectors of 60 degrees, -6 to 6.
 */
export function turnHue(pixels: Uint8Array, sectors: number): void {
  forEachColored(pixels, (at, value, chroma) => {
    const red = pixels[at]!;
    const green = pixels[at + 1]!;
    const blue = pixels[at + 2]!;
    const hue =
      value === red
        ? (green - blue) / chroma
        : value === green
          ? 2 + (blue - red) / chroma
          : 4 + (red - green) / chroma;
    const turned = wrap(hue + sectors);
    pixels[at] = value - chroma * absence(wrap(turned + 5)) + 0.5;
    pixels[at + 1] = value - chroma * absence(wrap(turned + 3)) + 0.5;
    pixels[at + 2] = value - chroma * absence(wrap(turned + 1)) + 0.5;
  });
}

/** Goes over the pixels that are not grey: HSV's V, and its chroma, V times S. */
function forEachColored(
  pixels: Uint8Array,
  change: (at: number, value: number, chroma: number) => void,
): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const red = pixels[at]!;
    const green = pixels[at + 1]!;
    const blue = pixels[at + 2]!;
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    if (chroma > 0) change(at, value, chroma);
  }
}

/** Brings a hue, counted in sectors, to 0 … 6 from at most one turn beyond. */
function wrap(hue: number): number {
  return hue < 0 ? hue + 6 : hue >= 6 ? hue - 6 : hue;
}

/** How much of the chroma a channel lacks, by the hue's distance from where it starts to lack it. */
export function absence(hue: number): number {
  return Math.max(0, Math.min(hue, 4 - hue, 1));
}
