/** A pseudo-random number in [0, 1) of a cell, the same for the same arguments. */
export function hashCell(x: i32, y: i32, seed: i32): f32 {
  let h: i32 = (x * 0x27d4eb2d) ^ (y * 0x165667b1) ^ (seed * <i32>0x9e3779b1);
  h = (h ^ (h >>> 15)) * <i32>0x85ebca6b;
  h = (h ^ (h >>> 13)) * <i32>0xc2b2ae35;
  return <f32>((<u32>(h ^ (h >>> 16))) >> 8) * <f32>(1.0 / 16777216.0);
}

/** Smooth noise in [0, 1] with features of size 1: the four corners of the cell at once. */
export function valueNoise(x: f32, y: f32, seed: i32): f32 {
  const floorX = floor(x);
  const floorY = floor(y);
  const left = <i32>floorX * 0x27d4eb2d;
  const right = left + 0x27d4eb2d;
  const top = (<i32>floorY * 0x165667b1) ^ (seed * <i32>0x9e3779b1);
  const below = ((<i32>floorY + 1) * 0x165667b1) ^ (seed * <i32>0x9e3779b1);
  let h = i32x4.splat(left ^ top);
  h = i32x4.replace_lane(h, 1, right ^ top);
  h = i32x4.replace_lane(h, 2, left ^ below);
  h = i32x4.replace_lane(h, 3, right ^ below);
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 15)), i32x4.splat(<i32>0x85ebca6b));
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(<i32>0xc2b2ae35));
  const bits = i32x4.shr_u(v128.xor(h, i32x4.shr_u(h, 16)), 8);
  const corners = f32x4.mul(f32x4.convert_i32x4_u(bits), f32x4.splat(<f32>(1.0 / 16777216.0)));
  const fx = smooth(x - floorX);
  const fy = smooth(y - floorY);
  const a = f32x4.extract_lane(corners, 0);
  const b = f32x4.extract_lane(corners, 1);
  const c = f32x4.extract_lane(corners, 2);
  const d = f32x4.extract_lane(corners, 3);
  return a + (b - a) * fx + (c - a + (a - b - c + d) * fx) * fy;
}

/** Noise of three sizes laid over each other, in [0, 1]. */
export function layeredNoise(x: f32, y: f32, seed: i32): f32 {
  return (
    <f32>0.55 * valueNoise(x, y, seed) +
    <f32>0.3 * valueNoise(x * 2.1, y * 2.1, seed + 1) +
    <f32>0.15 * valueNoise(x * 4.3, y * 4.3, seed + 2)
  );
}

export function smooth(at: f32): f32 {
  return at * at * (3 - 2 * at);
}

export function fraction(value: f32): f32 {
  return value - floor(value);
}

export function clamp01(value: f32): f32 {
  return max<f32>(0, min<f32>(1, value));
}
