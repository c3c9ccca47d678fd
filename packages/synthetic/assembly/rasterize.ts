import { columns, rows } from './camera';
import { depths, lampScreens, nearest, nearness, screens, stamps, triangles } from './memory';

/** What the last {@link rasterize} with an owner covered: the box of it in samples, up to and including right and bottom. */
export let coveredLeft: i32 = 0;
export let coveredRight: i32 = -1;
export let coveredTop: i32 = 0;
export let coveredBottom: i32 = -1;
/** All samples that anything may cover since {@link clearSamples}. */
export let touchedLeft: i32 = 0;
export let touchedRight: i32 = -1;
export let touchedTop: i32 = 0;
export let touchedBottom: i32 = -1;
let covered: i32 = 0;

/** Texels along each side of the shadow map. */
export const texels: i32 = 224;

/** A little more than rounding loses: neighbours overlap instead of leaving gaps. */
const slack: f32 = -1e-4;

export function coveredEdge(side: i32): i32 {
  return side === 0
    ? coveredLeft
    : side === 1
      ? coveredRight
      : side === 2
        ? coveredTop
        : coveredBottom;
}

export function clearSamples(): void {
  const bytes = (<usize>(columns * rows)) << 2;
  memory.fill(depths, 0, bytes);
  memory.fill(stamps, 0, bytes);
  touchedLeft = columns;
  touchedRight = -1;
  touchedTop = rows;
  touchedBottom = -1;
}

/**
 * Draws triangles that face the camera into the samples.
 *
 * @param owner - above 0: counts the samples that lie within its outline, whatever stands before them. Each owner is drawn in one go.
 * @returns how many samples it covers.
 */
export function rasterize(first: i32, end: i32, owner: i32): i32 {
  coveredLeft = columns;
  coveredRight = -1;
  coveredTop = rows;
  coveredBottom = -1;
  covered = 0;
  for (let triangle = first; triangle < end; triangle++) drawTriangle(triangle, owner);
  return covered;
}

function drawTriangle(triangle: i32, owner: i32): void {
  const corners = triangles + ((<usize>triangle) << 3);
  const a = screens + ((<usize>load<u16>(corners)) << 4);
  const b = screens + ((<usize>load<u16>(corners, 2)) << 4);
  const c = screens + ((<usize>load<u16>(corners, 4)) << 4);
  const wa = load<f32>(a, 8);
  const wb = load<f32>(b, 8);
  const wc = load<f32>(c, 8);
  if (wa === 0 || wb === 0 || wc === 0) return;
  const ax = load<f32>(a);
  const ay = load<f32>(a, 4);
  const bx = load<f32>(b);
  const by = load<f32>(b, 4);
  const cx = load<f32>(c);
  const cy = load<f32>(c, 4);
  // counterclockwise seen from outside is clockwise where y points down
  const area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay);
  if (area <= 1e-9) return;
  const left = <i32>max<f32>(0, ceil(min(ax, min(bx, cx))));
  const right = <i32>min<f32>(<f32>(columns - 1), floor(max(ax, max(bx, cx))));
  const top = <i32>max<f32>(0, ceil(min(ay, min(by, cy))));
  const bottom = <i32>min<f32>(<f32>(rows - 1), floor(max(ay, max(by, cy))));
  if (left > right || top > bottom) return;
  if (left < touchedLeft) touchedLeft = left;
  if (right > touchedRight) touchedRight = right;
  if (top < touchedTop) touchedTop = top;
  if (bottom > touchedBottom) touchedBottom = bottom;
  const inverseArea: f32 = 1 / area;
  const stepA = (cy - by) * inverseArea;
  const stepB = (ay - cy) * inverseArea;
  const downA = (bx - cx) * inverseArea;
  const downB = (cx - ax) * inverseArea;
  const start = left & ~3;
  const fromX = <f32>start;
  const fromY = <f32>top;
  let rowA = ((cx - fromX) * (by - fromY) - (bx - fromX) * (cy - fromY)) * inverseArea;
  let rowB = ((ax - fromX) * (cy - fromY) - (cx - fromX) * (ay - fromY)) * inverseArea;
  const lanes = f32x4(0, 1, 2, 3);
  const lanesA = f32x4.mul(lanes, f32x4.splat(stepA));
  const lanesB = f32x4.mul(lanes, f32x4.splat(stepB));
  const blockA = f32x4.splat(stepA * 4);
  const blockB = f32x4.splat(stepB * 4);
  const one = f32x4.splat(1);
  const least = f32x4.splat(slack);
  const weightA = f32x4.splat(wa);
  const weightB = f32x4.splat(wb);
  const weightC = f32x4.splat(wc);
  const mine = i32x4.splat(owner);
  const id = i32x4.splat(triangle);
  for (let y = top; y <= bottom; y++) {
    let shareA = f32x4.add(f32x4.splat(rowA), lanesA);
    let shareB = f32x4.add(f32x4.splat(rowB), lanesB);
    let at = (<usize>(y * columns + start)) << 2;
    for (let x = start; x <= right; x += 4) {
      const shareC = f32x4.sub(one, f32x4.add(shareA, shareB));
      const inside = f32x4.ge(f32x4.min(shareA, f32x4.min(shareB, shareC)), least);
      if (v128.any_true(inside)) {
        const weight = f32x4.add(
          f32x4.mul(shareA, weightA),
          f32x4.add(f32x4.mul(shareB, weightB), f32x4.mul(shareC, weightC)),
        );
        const before = v128.load(depths + at);
        const wins = v128.and(inside, f32x4.gt(weight, before));
        v128.store(depths + at, v128.bitselect(weight, before, wins));
        v128.store(nearest + at, v128.bitselect(id, v128.load(nearest + at), wins));
        if (owner > 0) {
          const stamp = v128.load(stamps + at);
          const fresh = v128.and(inside, i32x4.ne(stamp, mine));
          const mask = i32x4.bitmask(fresh);
          if (mask !== 0) {
            v128.store(stamps + at, v128.bitselect(mine, stamp, fresh));
            covered += popcnt(mask);
            coveredLeft = min(coveredLeft, x + ctz(mask));
            coveredRight = max(coveredRight, x + 31 - clz(mask));
            coveredTop = min(coveredTop, y);
            coveredBottom = max(coveredBottom, y);
          }
        }
      }
      shareA = f32x4.add(shareA, blockA);
      shareB = f32x4.add(shareB, blockB);
      at += 16;
    }
    rowA += downA;
    rowB += downB;
  }
}

export function clearShadows(): void {
  memory.fill(nearness, 0, (<usize>(texels * texels)) << 2);
}

/** Draws triangles that face the lamp into the shadow map. */
export function castTriangles(first: i32, end: i32): void {
  for (let triangle = first; triangle < end; triangle++) castTriangle(triangle);
}

function castTriangle(triangle: i32): void {
  const corners = triangles + ((<usize>triangle) << 3);
  const a = lampScreens + ((<usize>load<u16>(corners)) << 4);
  const b = lampScreens + ((<usize>load<u16>(corners, 2)) << 4);
  const c = lampScreens + ((<usize>load<u16>(corners, 4)) << 4);
  const ax = load<f32>(a);
  const ay = load<f32>(a, 4);
  const bx = load<f32>(b);
  const by = load<f32>(b, 4);
  const cx = load<f32>(c);
  const cy = load<f32>(c, 4);
  const area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay);
  if (area <= 1e-9) return;
  const left = <i32>max<f32>(0, ceil(min(ax, min(bx, cx))));
  const right = <i32>min<f32>(<f32>(texels - 1), floor(max(ax, max(bx, cx))));
  const top = <i32>max<f32>(0, ceil(min(ay, min(by, cy))));
  const bottom = <i32>min<f32>(<f32>(texels - 1), floor(max(ay, max(by, cy))));
  if (left > right || top > bottom) return;
  const inverseArea: f32 = 1 / area;
  const stepA = (cy - by) * inverseArea;
  const stepB = (ay - cy) * inverseArea;
  const na = load<f32>(a, 8);
  const nb = load<f32>(b, 8);
  const nc = load<f32>(c, 8);
  const fromX = <f32>left;
  for (let y = top; y <= bottom; y++) {
    const fromY = <f32>y;
    let shareA = ((cx - fromX) * (by - fromY) - (bx - fromX) * (cy - fromY)) * inverseArea;
    let shareB = ((ax - fromX) * (cy - fromY) - (cx - fromX) * (ay - fromY)) * inverseArea;
    let at = nearness + ((<usize>(y * texels + left)) << 2);
    for (let x = left; x <= right; x++) {
      const shareC: f32 = 1 - shareA - shareB;
      if (min(shareA, min(shareB, shareC)) >= slack) {
        const near = shareA * na + shareB * nb + shareC * nc;
        if (near > load<f32>(at)) store<f32>(at, near);
      }
      shareA += stepA;
      shareB += stepB;
      at += 4;
    }
  }
}

/** @returns how many samples of the box show a part of the owner: its parts are `owner * 32` and up. */
export function visibleSamples(owner: i32, left: i32, top: i32, right: i32, bottom: i32): i32 {
  let count = 0;
  for (let y = top; y <= bottom; y++) {
    let at = (<usize>(y * columns + left)) << 2;
    for (let x = left; x <= right; x++) {
      if (load<f32>(depths + at) > 0) {
        const triangle = triangles + ((<usize>load<u32>(nearest + at)) << 3);
        if ((<i32>load<u8>(triangle, 6)) >> 5 === owner) count++;
      }
      at += 4;
    }
  }
  return count;
}
