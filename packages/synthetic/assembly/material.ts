import { materials } from './memory';

/** The fields of a material, as places in its 32 f32. What some of them hold depends on its kind. */
export const fieldKind: i32 = 3;
export const fieldSeed: i32 = 7;
export const fieldSize: i32 = 8;
export const fieldShare: i32 = 9;
export const fieldGloss: i32 = 12;
export const fieldPolish: i32 = 13;
export const fieldFolds: i32 = 14;
export const fieldSoftness: i32 = 15;

export function materialAt(index: i32): usize {
  return materials + ((<usize>index) << 7);
}

export function field(material: usize, index: i32): f32 {
  return load<f32>(material + ((<usize>index) << 2));
}

export function kindOf(material: usize): i32 {
  return <i32>field(material, fieldKind);
}

export function seedOf(material: usize): i32 {
  return <i32>field(material, fieldSeed);
}

/** The color that is being painted: linear red, green, blue. */
export let red: f32 = 0;
export let green: f32 = 0;
export let blue: f32 = 0;

export function setRgb(r: f32, g: f32, b: f32): void {
  red = r;
  green = g;
  blue = b;
}

/** Paints with the first color of a material, or with the three fields from `from` on. */
export function setColor(material: usize, from: i32, factor: f32): void {
  const at = material + ((<usize>from) << 2);
  setRgb(load<f32>(at) * factor, load<f32>(at, 4) * factor, load<f32>(at, 8) * factor);
}

export function blendColor(material: usize, from: i32, share: f32): void {
  const at = material + ((<usize>from) << 2);
  blendRgb(load<f32>(at), load<f32>(at, 4), load<f32>(at, 8), share);
}

/** Lays a color over what is painted: 0 leaves it, 1 covers it. */
export function blendRgb(r: f32, g: f32, b: f32, share: f32): void {
  red += (r - red) * share;
  green += (g - green) * share;
  blue += (b - blue) * share;
}

export function dim(factor: f32): void {
  red *= factor;
  green *= factor;
  blue *= factor;
}
