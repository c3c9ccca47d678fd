import { height, width } from './camera';
import { colors, curve, pixels, scratch } from './memory';

/** Steps of the curve for each unit of light, and how many there are. */
const stepsPerLight: f32 = 16384.0 / 3.0;
const lastStep: i32 = 16384;

/** @returns the mean of the image's light, where no light counts more than 1. */
export function meanLight(): f32 {
  let sum: f64 = 0;
  const count = width * height;
  const most = f32x4.splat(1);
  for (let pixel = 0; pixel < count; pixel++) {
    const color = f32x4.min(v128.load(colors + ((<usize>pixel) << 4)), most);
    sum += <f64>(
      (f32x4.extract_lane(color, 0) + f32x4.extract_lane(color, 1) + f32x4.extract_lane(color, 2))
    );
  }
  return <f32>(sum / <f64>(count * 3));
}

/** Mixes every pixel with its neighbours, across and then down; a share up to 1/3. */
export function blur(share: f32): void {
  for (let y = 0; y < height; y++) blurLine((<usize>(y * width)) << 4, 16, width, share);
  for (let x = 0; x < width; x++) blurLine((<usize>x) << 4, (<usize>width) << 4, height, share);
}

function blurLine(start: usize, step: usize, count: i32, share: f32): void {
  const weight = f32x4.splat(share);
  let at = colors + start;
  let before = v128.load(at);
  let here = before;
  for (let index = 0; index < count; index++) {
    const after = index + 1 < count ? v128.load(at + step) : here;
    const around = f32x4.sub(f32x4.add(before, after), f32x4.add(here, here));
    v128.store(at, f32x4.add(here, f32x4.mul(weight, around)));
    before = here;
    here = after;
    at += step;
  }
}

/** Smears the image along a line, as a camera that moves does. */
export function smear(dx: f32, dy: f32, taps: i32): void {
  memory.copy(scratch, colors, (<usize>(width * height)) << 4);
  const weight = f32x4.splat(<f32>1 / <f32>taps);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = f32x4.splat(0);
      for (let tap = 0; tap < taps; tap++) {
        const along: f32 = <f32>tap / <f32>(taps - 1) - 0.5;
        const column = min(width - 1, max(0, x + <i32>floor(dx * along + 0.5)));
        const row = min(height - 1, max(0, y + <i32>floor(dy * along + 0.5)));
        sum = f32x4.add(sum, v128.load(scratch + ((<usize>(row * width + column)) << 4)));
      }
      v128.store(colors + ((<usize>(y * width + x)) << 4), f32x4.mul(sum, weight));
    }
  }
}

/**
 * Turns linear light into bytes.
 *
 * @param film - f32: exposure, saturation, contrast, vignette, noise in steps of 255.
 * @param seed - of the noise.
 */
export function develop(film: usize, seed: u32): void {
  const exposure = load<f32>(film);
  const saturations = f32x4.splat(load<f32>(film, 4));
  const weights = f32x4(0.25, 0.65, 0.1, 0);
  const stepScale = f32x4.splat(stepsPerLight);
  const contrast = load<f32>(film, 8);
  const vignette = load<f32>(film, 12);
  const noise = load<f32>(film, 16);
  let state: u32 = seed | 1;
  let out = pixels;
  const scaleX: f32 = <f32>2 / <f32>width;
  const scaleY: f32 = <f32>2 / <f32>height;
  for (let y = 0; y < height; y++) {
    const dy = <f32>y * scaleY - 1;
    for (let x = 0; x < width; x++) {
      const dx = <f32>x * scaleX - 1;
      const gain = exposure * (1 - vignette * <f32>0.5 * (dx * dx + dy * dy));
      const light = f32x4.mul(
        v128.load(colors + ((<usize>(y * width + x)) << 4)),
        f32x4.splat(gain),
      );
      const weighed = f32x4.mul(light, weights);
      const grey = f32x4.splat(
        f32x4.extract_lane(weighed, 0) +
          f32x4.extract_lane(weighed, 1) +
          f32x4.extract_lane(weighed, 2),
      );
      const kept = f32x4.add(grey, f32x4.mul(f32x4.sub(light, grey), saturations));
      const steps = i32x4.max_s(
        i32x4.splat(0),
        i32x4.min_s(i32x4.splat(lastStep), i32x4.trunc_sat_f32x4_s(f32x4.mul(kept, stepScale))),
      );
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      // the sum of three bytes is near enough to a normal deviate
      const three = (state & 255) + ((state >> 8) & 255) + ((state >> 16) & 255);
      const grain = (<f32>three - 382.5) * <f32>(1.0 / 128.0) * noise + 128.5;
      storeByte(out, (brightness(i32x4.extract_lane(steps, 0)) - 128) * contrast + grain);
      storeByte(out + 1, (brightness(i32x4.extract_lane(steps, 1)) - 128) * contrast + grain);
      storeByte(out + 2, (brightness(i32x4.extract_lane(steps, 2)) - 128) * contrast + grain);
      out += 3;
    }
  }
}

function brightness(step: i32): f32 {
  return load<f32>(curve + ((<usize>step) << 2));
}

function storeByte(at: usize, level: f32): void {
  store<u8>(at, <u8>max<f32>(0, min<f32>(255, level)));
}
