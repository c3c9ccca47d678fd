import {
  aimRay,
  cameraX,
  cameraY,
  cameraZ,
  columns,
  downX,
  downY,
  downZ,
  focal,
  forwardX,
  forwardY,
  forwardZ,
  rayX,
  rayY,
  rayZ,
  rightX,
  rightY,
  rightZ,
  rows,
  width,
} from './camera';
import { paintCloth } from './cloth';
import {
  groundB,
  groundG,
  groundR,
  lampB,
  lampG,
  lampR,
  litShare,
  skyB,
  skyG,
  skyR,
  towardsX,
  towardsY,
  towardsZ,
} from './lamp';
import {
  blue,
  dim,
  field,
  fieldFolds,
  fieldGloss,
  fieldPolish,
  fieldSoftness,
  green,
  kindOf,
  materialAt,
  red,
  seedOf,
} from './material';
import { colors, depths, nearest, normals, screens, textures, triangles } from './memory';
import { valueNoise } from './noise';
import { touchedBottom, touchedLeft, touchedRight, touchedTop } from './rasterize';

/** Metres by which a point is moved off its surface before it is looked up in the shadow map. */
const shadowBias: f32 = 0.025;
const selfShadowBlur: f32 = 0.025;

/** How much of the lamp and of the sky reaches the pixel, by its first sample. */
let reachedLamp: f32 = 1;
let reachedSky: f32 = 1;
/** The light of the sample that was shaded last. */
let seenR: f32 = 0;
let seenG: f32 = 0;
let seenB: f32 = 0;

/** Colors what the rasterizer found and lays it over the pixels behind, with smooth edges. */
export function shade(): void {
  for (let y = touchedTop >> 1; y <= touchedBottom >> 1; y++) {
    for (let x = touchedLeft >> 1; x <= touchedRight >> 1; x++) shadePixel(x, y);
  }
}

function shadePixel(x: i32, y: i32): void {
  const corner = (<usize>(y * 2 * columns + x * 2)) << 2;
  const below = corner + ((<usize>columns) << 2);
  if ((load<u64>(depths + corner) | load<u64>(depths + below)) === 0) return;
  let covered: f32 = 0;
  let shaded: i32 = -1;
  let sumR: f32 = 0;
  let sumG: f32 = 0;
  let sumB: f32 = 0;
  for (let sub = 0; sub < 4; sub++) {
    const at: usize = (sub < 2 ? corner : below) + <usize>((sub & 1) << 2);
    if (load<f32>(depths + at) === 0) continue;
    const triangle = triangles + ((<usize>load<u32>(nearest + at)) << 3);
    const index = <i32>load<u8>(triangle, 7);
    // samples of one plain material look alike within a pixel; a face does not
    if (index !== shaded || kindOf(materialAt(index)) === 8) {
      shadeSample(x * 2 + (sub & 1), y * 2 + (sub >> 1), at, triangle, covered === 0);
      shaded = index;
    }
    covered += 1;
    sumR += seenR;
    sumG += seenG;
    sumB += seenB;
  }
  const pixel = colors + ((<usize>(y * width + x)) << 4);
  const rest: f32 = 1 - covered * 0.25;
  store<f32>(pixel, load<f32>(pixel) * rest + sumR * 0.25);
  store<f32>(pixel, load<f32>(pixel, 4) * rest + sumG * 0.25, 4);
  store<f32>(pixel, load<f32>(pixel, 8) * rest + sumB * 0.25, 8);
}

function shadeSample(column: i32, row: i32, at: usize, triangle: usize, isFirst: bool): void {
  const ia = <usize>load<u16>(triangle);
  const ib = <usize>load<u16>(triangle, 2);
  const ic = <usize>load<u16>(triangle, 4);
  const a = screens + (ia << 4);
  const b = screens + (ib << 4);
  const c = screens + (ic << 4);
  const ax = load<f32>(a);
  const ay = load<f32>(a, 4);
  const bx = load<f32>(b);
  const by = load<f32>(b, 4);
  const cx = load<f32>(c);
  const cy = load<f32>(c, 4);
  const x = <f32>column;
  const y = <f32>row;
  const inverseArea: f32 = 1 / ((cx - ax) * (by - ay) - (bx - ax) * (cy - ay));
  const depth: f32 = 1 / load<f32>(depths + at);
  // perspective matters for the textures of large faces
  const shareA =
    ((cx - x) * (by - y) - (bx - x) * (cy - y)) * inverseArea * load<f32>(a, 8) * depth;
  const shareB =
    ((ax - x) * (cy - y) - (cx - x) * (ay - y)) * inverseArea * load<f32>(b, 8) * depth;
  const shareC: f32 = 1 - shareA - shareB;
  const na = normals + (ia << 4);
  const nb = normals + (ib << 4);
  const nc = normals + (ic << 4);
  let nx = shareA * load<f32>(na) + shareB * load<f32>(nb) + shareC * load<f32>(nc);
  let ny = shareA * load<f32>(na, 4) + shareB * load<f32>(nb, 4) + shareC * load<f32>(nc, 4);
  let nz = shareA * load<f32>(na, 8) + shareB * load<f32>(nb, 8) + shareC * load<f32>(nc, 8);
  const ta = textures + (ia << 3);
  const tb = textures + (ib << 3);
  const tc = textures + (ic << 3);
  const u = shareA * load<f32>(ta) + shareB * load<f32>(tb) + shareC * load<f32>(tc);
  const v = shareA * load<f32>(ta, 4) + shareB * load<f32>(tb, 4) + shareC * load<f32>(tc, 4);
  const material = materialAt(<i32>load<u8>(triangle, 7));
  const folds = field(material, fieldFolds);
  let wear: f32 = 1;
  if (folds > 0) {
    // folds run round and askew: the surface tilts along noise that is longer than it is wide
    const seed = seedOf(material);
    const tilt: f32 = folds * <f32>0.9;
    const first = valueNoise(u * 7 + v * 5, v * 17 - u * 4, seed + 11) - 0.5;
    const second = valueNoise(u * 13 - v * 3, v * 9 + u * 6, seed + 12) - 0.5;
    nx += tilt * second;
    ny += tilt * first;
    nz += tilt * (first - second) * <f32>0.5;
    wear = 1 + folds * <f32>0.55 * (first + second);
  }
  const size: f32 = 1 / sqrt(max<f32>(1e-12, nx * nx + ny * ny + nz * nz));
  nx *= size;
  ny *= size;
  nz *= size;
  aimRay((x - 0.5) * 0.5, (y - 0.5) * 0.5);
  if (isFirst) {
    reachedLamp = litShare(
      cameraX + rayX * depth + nx * shadowBias,
      cameraY + rayY * depth + ny * shadowBias,
      cameraZ + rayZ * depth + nz * shadowBias,
      selfShadowBlur,
      shadowBias,
    );
    reachedSky = openness(column, row, depth, nx, ny, nz);
  }
  paintCloth(material, u, v);
  if (wear !== 1) dim(wear);
  const softness = field(material, fieldSoftness);
  const facing = nx * towardsX + ny * towardsY + nz * towardsZ;
  const diffuse = max<f32>(0, (facing + softness) / (1 + softness)) * reachedLamp;
  let highlight: f32 = 0;
  const gloss = field(material, fieldGloss);
  if (facing > 0 && gloss > 0) {
    const raySize: f32 = 1 / sqrt(rayX * rayX + rayY * rayY + rayZ * rayZ);
    const hx = towardsX - rayX * raySize;
    const hy = towardsY - rayY * raySize;
    const hz = towardsZ - rayZ * raySize;
    const half = (nx * hx + ny * hy + nz * hz) / sqrt(hx * hx + hy * hy + hz * hz);
    if (half > 0) highlight = gloss * power(half, <i32>field(material, fieldPolish)) * reachedLamp;
  }
  const up: f32 = 0.5 + <f32>0.5 * ny;
  seenR =
    red * (lampR * diffuse + (groundR + (skyR - groundR) * up) * reachedSky) + highlight * lampR;
  seenG =
    green * (lampG * diffuse + (groundG + (skyG - groundG) * up) * reachedSky) + highlight * lampG;
  seenB =
    blue * (lampB * diffuse + (groundB + (skyB - groundB) * up) * reachedSky) + highlight * lampB;
}

/** A whole power, by squaring: the same on every machine, and quick. */
function power(base: f32, exponent: i32): f32 {
  let result: f32 = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest >>= 1) {
    if (rest & 1) result *= square;
    square *= square;
  }
  return result;
}

/** Metres within which a surface takes light from its neighbours. */
const radius: f32 = 0.13;
let normalAcross: f32 = 0;
let normalDown: f32 = 0;
let normalAway: f32 = 0;
let metresPerSample: f32 = 0;

/** How much of the light from everywhere reaches a sample, 0.25 to 1, judged by the depths around it. */
function openness(column: i32, row: i32, depth: f32, nx: f32, ny: f32, nz: f32): f32 {
  metresPerSample = depth / (focal * 2);
  const reach = radius / metresPerSample;
  normalAcross = nx * rightX + ny * rightY + nz * rightZ;
  normalDown = nx * downX + ny * downY + nz * downZ;
  normalAway = nx * forwardX + ny * forwardY + nz * forwardZ;
  const blocked =
    blockedBy(column, row, depth, reach, reach * 0.3) +
    blockedBy(column, row, depth, -reach, -reach * 0.3) +
    blockedBy(column, row, depth, reach * 0.2, -reach) +
    blockedBy(column, row, depth, -reach * 0.45, reach * 0.4) +
    blockedBy(column, row, depth, reach * 0.3, reach * 0.5);
  return max<f32>(0.25, 1 - blocked * <f32>(1.5 / 5.0));
}

function blockedBy(column: i32, row: i32, depth: f32, dx: f32, dy: f32): f32 {
  const x = column + <i32>nearestInteger(dx);
  const y = row + <i32>nearestInteger(dy);
  if (<u32>x >= <u32>columns || <u32>y >= <u32>rows) return 0;
  const inverse = load<f32>(depths + ((<usize>(y * columns + x)) << 2));
  if (inverse === 0) return 0;
  const px = <f32>(x - column) * metresPerSample;
  const py = <f32>(y - row) * metresPerSample;
  const pz = <f32>1 / inverse - depth;
  const square = px * px + py * py + pz * pz;
  if (square > 9 * radius * radius) return 0;
  const along = normalAcross * px + normalDown * py + normalAway * pz;
  const cosine = along / (sqrt(square) + <f32>1e-6) - <f32>0.1;
  return cosine > 0 ? cosine / (1 + square / (radius * radius)) : 0;
}

function nearestInteger(value: f32): f32 {
  return floor(value + 0.5);
}
