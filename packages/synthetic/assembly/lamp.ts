import { lampScreens, nearness, positions } from './memory';
import { texels } from './rasterize';

/** Unit directions to the lamp and across its light. */
export let towardsX: f32 = 0;
export let towardsY: f32 = 0;
export let towardsZ: f32 = 0;
let acrossX: f32 = 0;
let acrossY: f32 = 0;
let acrossZ: f32 = 0;
let upX: f32 = 0;
let upY: f32 = 0;
let upZ: f32 = 0;
let middleX: f32 = 0;
let middleY: f32 = 0;
let middleZ: f32 = 0;
let texelsPerMetre: f32 = 1;
/** The texels that anything may cover. */
let left: f32 = 0;
let right: f32 = 0;
let top: f32 = 0;
let bottom: f32 = 0;

/** Added to what counts as near, so that it is above 0 where anything is. */
const offset: f32 = 100;

/** Linear light of the lamp, of the sky and of the ground: red, green, blue. */
export let lampR: f32 = 0;
export let lampG: f32 = 0;
export let lampB: f32 = 0;
export let skyR: f32 = 0;
export let skyG: f32 = 0;
export let skyB: f32 = 0;
export let groundR: f32 = 0;
export let groundG: f32 = 0;
export let groundB: f32 = 0;

/** @param at - 22 f32: towards, across, up, middle of the map, metres it spans, lamp, sky, ground. */
export function setLight(at: usize): void {
  towardsX = load<f32>(at);
  towardsY = load<f32>(at, 4);
  towardsZ = load<f32>(at, 8);
  acrossX = load<f32>(at, 12);
  acrossY = load<f32>(at, 16);
  acrossZ = load<f32>(at, 20);
  upX = load<f32>(at, 24);
  upY = load<f32>(at, 28);
  upZ = load<f32>(at, 32);
  middleX = load<f32>(at, 36);
  middleY = load<f32>(at, 40);
  middleZ = load<f32>(at, 44);
  texelsPerMetre = <f32>texels / load<f32>(at, 48);
  lampR = load<f32>(at, 52);
  lampG = load<f32>(at, 56);
  lampB = load<f32>(at, 60);
  skyR = load<f32>(at, 64);
  skyG = load<f32>(at, 68);
  skyB = load<f32>(at, 72);
  groundR = load<f32>(at, 76);
  groundG = load<f32>(at, 80);
  groundB = load<f32>(at, 84);
  left = <f32>texels;
  right = 0;
  top = <f32>texels;
  bottom = 0;
}

/** Projects vertices along the light, and takes note of the texels that they reach. */
export function projectToLamp(first: i32, end: i32): void {
  const half: f32 = <f32>texels / 2;
  for (let index = first; index < end; index++) {
    const at = (<usize>index) << 4;
    const x = load<f32>(positions + at) - middleX;
    const y = load<f32>(positions + at, 4) - middleY;
    const z = load<f32>(positions + at, 8) - middleZ;
    const column = (x * acrossX + y * acrossY + z * acrossZ) * texelsPerMetre + half;
    // downwards, so that what faces the lamp runs as what faces the camera does
    const row = half - (x * upX + y * upY + z * upZ) * texelsPerMetre;
    store<f32>(lampScreens + at, column);
    store<f32>(lampScreens + at, row, 4);
    store<f32>(lampScreens + at, x * towardsX + y * towardsY + z * towardsZ + offset, 8);
    left = min(left, column);
    right = max(right, column);
    top = min(top, row);
    bottom = max(bottom, row);
  }
}

/**
 * How much of the lamp reaches a world point, 0 to 1.
 *
 * @param radius - of the blur, metres.
 * @param bias - metres towards the lamp within which nothing casts a shadow on the point.
 */
export function litShare(px: f32, py: f32, pz: f32, radius: f32, bias: f32): f32 {
  const x = px - middleX;
  const y = py - middleY;
  const z = pz - middleZ;
  const half: f32 = <f32>texels / 2;
  const column = (x * acrossX + y * acrossY + z * acrossZ) * texelsPerMetre + half;
  const row = half - (x * upX + y * upY + z * upZ) * texelsPerMetre;
  const spread = max<f32>(0.7, radius * texelsPerMetre);
  if (column < left - spread || column > right + spread) return 1;
  if (row < top - spread || row > bottom + spread) return 1;
  const limit = x * towardsX + y * towardsY + z * towardsZ + offset + bias;
  // two squares, one turned, each within the blur
  const a = spread * 0.9;
  const b = spread * 0.4;
  const lit =
    tap(column + a, row + b, limit) +
    tap(column - b, row + a, limit) +
    tap(column - a, row - b, limit) +
    tap(column + b, row - a, limit) +
    tap(column + b, row + b * 0.2, limit) +
    tap(column - b * 0.2, row + b, limit) +
    tap(column - b, row - b * 0.2, limit) +
    tap(column + b * 0.2, row - b, limit);
  return <f32>lit * <f32>0.125;
}

function tap(column: f32, row: f32, limit: f32): i32 {
  const x = <i32>floor(column + 0.5);
  const y = <i32>floor(row + 0.5);
  if (<u32>x >= <u32>texels || <u32>y >= <u32>texels) return 1;
  return load<f32>(nearness + ((<usize>(y * texels + x)) << 2)) <= limit ? 1 : 0;
}
