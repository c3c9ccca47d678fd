import { blendColor, field, fieldSize, kindOf, seedOf, setColor } from './material';
import { hashCell, layeredNoise, valueNoise } from './noise';
import { fade, gap, sharpness } from './surface';

/** Places of what belongs to a floor: color of the mat, angle of the pattern, half sizes of the mat. */
const matColor: i32 = 16;
const turnCos: i32 = 27;
const turnSin: i32 = 28;
const matX: i32 = 29;
const matZ: i32 = 30;

/** @param pixel - metres that the pixel covers there: finer detail fades out. */
export function paintFloor(material: usize, worldX: f32, worldZ: f32, pixel: f32): void {
  const seed = seedOf(material);
  if (abs(worldX) < field(material, matX) && abs(worldZ) < field(material, matZ)) {
    const grain = fade(valueNoise(worldX * 60, worldZ * 60, seed), sharpness(0.02, pixel), 0.5);
    setColor(material, matColor, <f32>0.93 + <f32>0.14 * grain);
    return;
  }
  const cos = field(material, turnCos);
  const sin = field(material, turnSin);
  const x = worldX * cos + worldZ * sin;
  const y = worldZ * cos - worldX * sin;
  const wear: f32 = 0.85 + <f32>0.3 * valueNoise(x * 1.3, y * 1.3, seed + 3);
  const size = field(material, fieldSize);
  switch (kindOf(material)) {
    case 20:
      paintBoards(material, x, y, pixel, wear, size, seed);
      return;
    case 21: {
      const tile: f32 = 0.2 + size;
      const tone: f32 =
        0.93 + <f32>0.14 * hashCell(<i32>floor(x / tile), <i32>floor(y / tile), seed);
      setColor(material, 0, wear * tone);
      const joint = max(
        gap(x / tile, <f32>0.012 / tile, pixel / tile),
        gap(y / tile, <f32>0.012 / tile, pixel / tile),
      );
      blendColor(material, 4, joint * 0.8);
      return;
    }
    case 22: {
      const isSpeck = hashCell(<i32>floor(x * 70), <i32>floor(y * 70), seed) > 0.9;
      setColor(material, 0, wear);
      blendColor(material, 4, fade(isSpeck ? 1 : 0, sharpness(0.02, pixel), 0.1) * 0.7);
      return;
    }
    case 23: {
      const fine = fade(valueNoise(x * 55, y * 55, seed), sharpness(0.02, pixel), 0.5);
      const patches: f32 = 2 + size * 8;
      setColor(material, 0, wear * (<f32>0.7 + <f32>0.6 * fine));
      blendColor(material, 4, layeredNoise(x * patches, y * patches, seed) * 0.45);
      return;
    }
    default:
      setColor(material, 0, wear * (<f32>0.8 + <f32>0.4 * layeredNoise(x * 6, y * 6, seed)));
  }
}

/** Wooden boards of several lengths. */
function paintBoards(
  material: usize,
  x: f32,
  y: f32,
  pixel: f32,
  wear: f32,
  size: f32,
  seed: i32,
): void {
  const width: f32 = 0.06 + size * 0.3;
  const board = <i32>floor(x / width);
  const length: f32 = 0.9 + hashCell(board, 5, seed);
  const piece = <i32>floor(y / length + hashCell(board, 9, seed));
  const tone: f32 = 0.75 + <f32>0.5 * hashCell(board, piece, seed);
  const grain: f32 =
    0.9 + <f32>0.2 * fade(valueNoise(x * 90, y * 4, seed), sharpness(0.012, pixel), 0.5);
  const joint = gap(x / width, <f32>0.006 / width, pixel / width);
  setColor(material, 0, wear * tone * grain * (1 - <f32>0.6 * joint));
}
