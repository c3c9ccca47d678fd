/**
 * Draws an image through an affine map with bilinear interpolation; outside of the image is black. Level
 * for level what OpenCV's `warpAffine(INTER_LINEAR, BORDER_CONSTANT 0)` gives in its fixed-point form.
 *
 * AssemblyScript: `usize` are places in the module's memory, in bytes.
 */

/** Coordinates are kept to 1/1024 pixel while they are added up, and to 1/32 pixel for the weights (OpenCV's INTER_BITS). */
const sumScale: f64 = 1024;
const shift: i32 = 5;
const steps: i32 = 1 << shift;
const mask: i32 = steps - 1;
const halfStep: i32 = 1 << 4;
const halfWeight: i32 = 1 << (2 * shift - 1);

/** A column's or row's part of a source coordinate. It wraps as a 32-bit number does. */
function part(value: f64): i32 {
  return <i32>(<i64>Math.round(value * sumScale));
}

/**
 * @param source - RGB, 3 bytes a pixel, and 8 bytes more that may hold anything.
 * @param target - RGB, and 4 bytes more, which may be overwritten.
 * @param columns - 8 bytes for each column of the target, to work in.
 * @param a - `a` to `f`: target pixels → source pixels.
 */
export function warpAffine(
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  target: usize,
  width: i32,
  height: i32,
  columns: usize,
  a: f64,
  b: f64,
  c: f64,
  d: f64,
  e: f64,
  f: f64,
): void {
  const stride = sourceWidth * 3;
  const lastLeft = sourceWidth - 1;
  const lastTop = sourceHeight - 1;
  const columnsEnd = columns + ((<usize>width) << 3);
  for (let x = 0; x < width; x++) {
    const column = columns + ((<usize>x) << 3);
    store<i32>(column, part(a * <f64>x));
    store<i32>(column, part(d * <f64>x), 4);
  }
  let at = target;
  for (let y = 0; y < height; y++) {
    const rowX = part(b * <f64>y + c) + halfStep;
    const rowY = part(e * <f64>y + f) + halfStep;
    for (let column = columns; column < columnsEnd; column += 8) {
      const fineX = (rowX + load<i32>(column)) >> shift;
      const fineY = (rowY + load<i32>(column, 4)) >> shift;
      const left = fineX >> shift;
      const top = fineY >> shift;
      const right = fineX & mask;
      const below = fineY & mask;
      if (<u32>left < <u32>lastLeft && <u32>top < <u32>lastTop) {
        blend(source + <usize>(top * stride + left * 3), stride, right, below, at);
      } else {
        blendEdge(source, sourceWidth, sourceHeight, left, top, right, below, at);
      }
      at += 3;
    }
  }
}

/** One pixel from the four around it: first top and bottom, 3 channels of two pixels at once, then left and right. */
function blend(place: usize, stride: i32, right: i32, below: i32, at: usize): void {
  const upper = i16x8.extend_low_i8x16_u(v128.load64_zero(place));
  const lower = i16x8.extend_low_i8x16_u(v128.load64_zero(place + <usize>stride));
  const sides = i16x8.add(
    i16x8.mul(upper, i16x8.splat(<i16>(steps - below))),
    i16x8.mul(lower, i16x8.splat(<i16>below)),
  );
  const pairs = v128.shuffle<i16>(sides, sides, 0, 3, 1, 4, 2, 5, 2, 5);
  const weights = i32x4.splat((right << 16) | (steps - right));
  const sums = i32x4.add(i32x4.dot_i16x8_s(pairs, weights), i32x4.splat(halfWeight));
  const levels = i32x4.shr_u(sums, 2 * shift);
  const bytes = i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_u(levels, levels),
    i16x8.narrow_i32x4_u(levels, levels),
  );
  v128.store32_lane(at, bytes, 0);
}

/** One pixel at the edge, of which some neighbours are outside. */
function blendEdge(
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
  left: i32,
  top: i32,
  right: i32,
  below: i32,
  at: usize,
): void {
  const hasLeft = left >= 0 && left < sourceWidth;
  const hasRight = left >= -1 && left < sourceWidth - 1;
  const hasTop = top >= 0 && top < sourceHeight;
  const hasBottom = top >= -1 && top < sourceHeight - 1;
  const place = source + (<usize>top * <usize>sourceWidth + <usize>left) * 3;
  const next = place + <usize>sourceWidth * 3;
  for (let channel: usize = 0; channel < 3; channel++) {
    let sum = halfWeight;
    if (hasLeft && hasTop)
      sum += <i32>load<u8>(place + channel) * (steps - right) * (steps - below);
    if (hasRight && hasTop) sum += <i32>load<u8>(place + 3 + channel) * right * (steps - below);
    if (hasLeft && hasBottom) sum += <i32>load<u8>(next + channel) * (steps - right) * below;
    if (hasRight && hasBottom) sum += <i32>load<u8>(next + 3 + channel) * right * below;
    store<u8>(at + channel, <u8>(sum >> (2 * shift)));
  }
}
