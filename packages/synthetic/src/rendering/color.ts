import type { Random } from '@limber/keypoints';

/** Red, green, blue, linear light from 0 to 1. */
export type Color = readonly [red: number, green: number, blue: number];

/** From sRGB hexadecimal digits, such as `c68642`. */
export function colorOfHex(hex: string): Color {
  const value = Number.parseInt(hex, 16);
  return [
    linearLight((value >> 16) & 255),
    linearLight((value >> 8) & 255),
    linearLight(value & 255),
  ];
}

/** From hue in turns, saturation and value in sRGB. */
export function colorOfHsv(hue: number, saturation: number, value: number): Color {
  const channel = (offset: number): number => {
    const k = (offset + hue * 6) % 6;
    return linearLight(255 * value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}

/** Draws any color but black. */
export function randomColor(random: Random): Color {
  return colorOfHsv(random.uniform(), random.uniform(0, 0.9), random.uniform(0.05, 1));
}

export function scaleColor(color: Color, factor: number): Color {
  return [color[0] * factor, color[1] * factor, color[2] * factor];
}

export function mixColors(a: Color, b: Color, at: number): Color {
  return [a[0] + (b[0] - a[0]) * at, a[1] + (b[1] - a[1]) * at, a[2] + (b[2] - a[2]) * at];
}

/** The linear light of an sRGB value from 0 to 255, IEC 61966-2-1. */
export function linearLight(byte: number): number {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** The sRGB value from 0 to 255 of linear light. */
export function encodeSrgb(light: number): number {
  const value = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
  return value * 255;
}
