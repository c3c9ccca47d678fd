import {
  blendColor,
  blendRgb,
  dim,
  field,
  fieldSize,
  kindOf,
  seedOf,
  setColor,
  setRgb,
} from './material';
import { clamp01, hashCell, layeredNoise, valueNoise } from './noise';
import { fade, gap, sharpness } from './surface';

const hangingCount: i32 = 30;
const hangingsAt: i32 = 31;

/** Paints a wall: `x` metres along it, `y` metres above the floor, `pixel` metres that the pixel covers. */
export function paintWall(material: usize, x: f32, y: f32, pixel: f32): void {
  const seed = seedOf(material);
  const size = field(material, fieldSize);
  const stain: f32 = 0.9 + <f32>0.2 * valueNoise(x * 0.9, y * 0.9, seed);
  switch (kindOf(material)) {
    case 31: {
      // bricks
      const row = <i32>floor(y / 0.07);
      const column: f32 = x / 0.22 + (row & 1 ? <f32>0.5 : <f32>0);
      const tone: f32 = 0.75 + <f32>0.5 * hashCell(<i32>floor(column), row, seed);
      setColor(material, 0, stain * fade(tone, sharpness(0.1, pixel), 1));
      const mortar = max(gap(y / 0.07, 0.15, pixel / 0.07), gap(column, 0.05, pixel / 0.22));
      blendColor(material, 4, mortar * 0.6);
      break;
    }
    case 32: {
      // panels
      const width = size * 2;
      setColor(
        material,
        0,
        stain * (<f32>0.9 + <f32>0.2 * hashCell(<i32>floor(x / width), 1, seed)),
      );
      blendColor(material, 4, gap(x / width, <f32>0.02 / size, pixel / width) * 0.8);
      break;
    }
    case 33: {
      // tiles
      const tone: f32 =
        0.95 + <f32>0.1 * hashCell(<i32>floor(x / size), <i32>floor(y / size), seed);
      setColor(material, 0, stain * tone);
      const joint = max(gap(x / size, 0.02, pixel / size), gap(y / size, 0.02, pixel / size));
      blendColor(material, 4, joint);
      break;
    }
    case 34: // two colors
      setColor(material, y < 0.6 + size ? 4 : 0, stain);
      break;
    case 35: {
      // mottled
      const spots = valueNoise(x / size, y / size, seed) + valueNoise(x * 7, y * 7, seed + 1);
      setColor(material, 0, stain);
      blendColor(material, 4, clamp01(spots - 0.6));
      break;
    }
    case 36:
      paintClutter(material, x, y, size, seed);
      break;
    case 37: {
      // leaves, with light and dark between them
      const crowns = layeredNoise(x / size, y / size, seed);
      const leaves = layeredNoise(x * 9, y * 9, seed + 4);
      setColor(material, 0, <f32>0.25 + <f32>1.3 * crowns * (<f32>0.35 + leaves));
      blendColor(material, 4, clamp01((leaves - 0.55) * 3) * crowns);
      break;
    }
    default:
      setColor(material, 0, stain);
  }
  if (y < 0.09 && kindOf(material) < 36) setColor(material, 4, 0.7);
  const count = <i32>field(material, hangingCount);
  let hanging = <usize>load<u32>(material + ((<usize>hangingsAt) << 2));
  for (let index = 0; index < count; index++) {
    paintHanging(hanging, x, y);
    hanging += 48;
  }
}

/** Shelves full of things: cells of several sizes, each with a color, a light side and now and then a pattern. */
function paintClutter(material: usize, x: f32, y: f32, size: f32, seed: i32): void {
  setColor(material, 0, 1);
  for (let layer = 0; layer < 3; layer++) {
    const cell: f32 = size * (layer === 0 ? <f32>2.2 : layer === 1 ? <f32>1 : <f32>0.45);
    // flat and upright things, by the layer
    const across: f32 = cell * (<f32>0.4 + <f32>1.8 * hashCell(layer, 3, seed));
    const shift = hashCell(<i32>floor(y / cell), layer, seed) * 3;
    const column = <i32>floor(x / across + shift);
    const row = <i32>floor(y / cell);
    const chance = hashCell(column, row, seed + layer);
    if (chance > 0.62) continue;
    const fx = x / across + shift - <f32>column;
    const fy = y / cell - <f32>row;
    const wide: f32 = 0.55 + <f32>0.45 * hashCell(column, row, seed + 9);
    const high: f32 = 0.4 + <f32>0.6 * hashCell(column, row, seed + 10);
    if (fx > wide || fy > high) continue;
    const tone: f32 = 0.25 + <f32>0.75 * fx + <f32>0.3 * fy;
    const r = hashCell(column, row, seed + 20);
    const g = hashCell(column, row, seed + 21);
    const b = hashCell(column, row, seed + 22);
    const grey = (r + g + b) * <f32>(1.0 / 3.0);
    setRgb((r + grey) * 0.4, (g + grey) * 0.4, (b + grey) * 0.4);
    dim(tone);
    if (chance < 0.15) blendColor(material, 4, valueNoise(fx * 7, fy * 7, seed + row));
  }
}

/** @param hanging - 12 f32: shape, x, y, half width, half height, two colors, spare. */
function paintHanging(hanging: usize, x: f32, y: f32): void {
  const dx = (x - load<f32>(hanging, 4)) / load<f32>(hanging, 12);
  const dy = (y - load<f32>(hanging, 8)) / load<f32>(hanging, 16);
  const ax = abs(dx);
  const ay = abs(dy);
  if (ax > 1 || ay > 1) return;
  let isSecond = false;
  let factor: f32 = 1;
  switch (<i32>load<f32>(hanging)) {
    case 0: // a frame
      isSecond = ax > 0.92 || ay > 0.92;
      break;
    case 1: {
      // round
      const radius = dx * dx + dy * dy;
      if (radius >= 1) return;
      isSecond = radius >= 0.5;
      break;
    }
    case 2: // a window
      isSecond = ax > 0.92 || ay > 0.92 || ax < 0.05 || ay < 0.04;
      factor = isSecond ? 0.8 : 1 + <f32>0.5 * dy;
      break;
    default: // stripes
      isSecond = ((<i32>floor((dx + dy) * 4)) & 1) !== 0;
  }
  const color: usize = hanging + (isSecond ? 32 : 20);
  blendRgb(
    load<f32>(color) * factor,
    load<f32>(color, 4) * factor,
    load<f32>(color, 8) * factor,
    1,
  );
}
