import type { Color } from './color.ts';
import { layeredNoise } from './noise.ts';

/** What is drawn over the color of a material. */
export interface Pattern {
  readonly color: Color;
  /** Whether it goes on over the sleeves. */
  readonly isAllOver: boolean;
  /**
   * How much of the color covers a place, 0 to 1.
   *
   * @param u - turns around a limb, 0 to 1.
   * @param v - metres along it.
   * @param seed - of the material.
   */
  readonly coverAt: (u: number, v: number, seed: number) => number;
}

/** Rings of a width in metres, of which a share is colored. */
export function bands(color: Color, width: number, share: number): Pattern {
  const coverAt = (_: number, v: number): number => (fraction(v / width) < share ? 1 : 0);
  return { color, isAllOver: true, coverAt };
}

/** Stripes along the limb, of which a share is colored. */
export function stripes(color: Color, count: number, share: number): Pattern {
  const coverAt = (u: number): number => (fraction(u * count) < share ? 1 : 0);
  return { color, isAllOver: false, coverAt };
}

/** One stripe along the limb; place and half width in turns. */
export function sideStripe(color: Color, angle: number, width: number): Pattern {
  const coverAt = (u: number): number =>
    Math.abs(fraction(u - angle + 0.5) - 0.5) < width ? 1 : 0;
  return { color, isAllOver: false, coverAt };
}

/** Rings of a width in metres that cross stripes. */
export function checks(color: Color, width: number, count: number): Pattern {
  const coverAt = (u: number, v: number): number => {
    const isAcross = fraction(v / width) < 0.4;
    const isAround = fraction(u * count) < 0.4;
    return isAcross && isAround ? 1 : isAcross || isAround ? 0.5 : 0;
  };
  return { color, isAllOver: true, coverAt };
}

/** A word on the front, `along` the limb; half its width is `size`. Metres. */
export function print(color: Color, along: number, size: number): Pattern {
  const coverAt = (u: number, v: number): number => {
    const x = (u - 0.25) * 0.9;
    const y = v - along;
    const isLetter = fraction(x / size / 0.35) < 0.7 && Math.abs(y) < size * 0.3;
    return isLetter && Math.abs(x) < size ? 1 : 0;
  };
  return { color, isAllOver: false, coverAt };
}

/** Spots of a size in metres, as of camouflage. */
export function blotches(color: Color, size: number): Pattern {
  const coverAt = (u: number, v: number, seed: number): number =>
    layeredNoise((u * 0.4) / size, v / size, seed) > 0.52 ? 1 : 0;
  return { color, isAllOver: true, coverAt };
}

/** The sole of a shoe, metres high. */
export function sole(color: Color, height: number): Pattern {
  return { color, isAllOver: false, coverAt: (_, v) => (v < height ? 1 : 0) };
}

function fraction(value: number): number {
  return value - Math.floor(value);
}
