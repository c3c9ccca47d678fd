import { positions, screens } from './memory';

/** Pixels of the image, and samples of it: 2 along each side of a pixel. */
export let width: i32 = 0;
export let height: i32 = 0;
export let columns: i32 = 0;
export let rows: i32 = 0;

/** World place and unit directions, as in `scenes/camera.ts`. */
export let cameraX: f32 = 0;
export let cameraY: f32 = 0;
export let cameraZ: f32 = 0;
export let rightX: f32 = 0;
export let rightY: f32 = 0;
export let rightZ: f32 = 0;
export let downX: f32 = 0;
export let downY: f32 = 0;
export let downZ: f32 = 0;
export let forwardX: f32 = 0;
export let forwardY: f32 = 0;
export let forwardZ: f32 = 0;
/** Pixels. */
export let focal: f32 = 1;
let centerX: f32 = 0;
let centerY: f32 = 0;
let distortion: f32 = 0;

/** @param at - 16 f32: place, right, down, forward, focal, center, distortion. */
export function setCamera(at: usize, imageWidth: i32, imageHeight: i32): void {
  width = imageWidth;
  height = imageHeight;
  columns = imageWidth * 2;
  rows = imageHeight * 2;
  cameraX = load<f32>(at);
  cameraY = load<f32>(at, 4);
  cameraZ = load<f32>(at, 8);
  rightX = load<f32>(at, 12);
  rightY = load<f32>(at, 16);
  rightZ = load<f32>(at, 20);
  downX = load<f32>(at, 24);
  downY = load<f32>(at, 28);
  downZ = load<f32>(at, 32);
  forwardX = load<f32>(at, 36);
  forwardY = load<f32>(at, 40);
  forwardZ = load<f32>(at, 44);
  focal = load<f32>(at, 48);
  centerX = load<f32>(at, 52);
  centerY = load<f32>(at, 56);
  distortion = load<f32>(at, 60);
}

/** The direction of the last {@link aimRay}, 1 metre deep along the view. */
export let rayX: f32 = 0;
export let rayY: f32 = 0;
export let rayZ: f32 = 0;

/** Finds the world direction in which an image pixel looks. */
export function aimRay(x: f32, y: f32): void {
  let across = (x - centerX) / focal;
  let downwards = (y - centerY) / focal;
  const bend: f32 = 1 / (1 + distortion * (across * across + downwards * downwards));
  across *= bend;
  downwards *= bend;
  rayX = forwardX + rightX * across + downX * downwards;
  rayY = forwardY + rightY * across + downY * downwards;
  rayZ = forwardZ + rightZ * across + downZ * downwards;
}

/** Nearer to the camera than this, metres, nothing is drawn. */
const nearestDepth: f32 = 0.05;

/** Projects vertices to samples. */
export function projectVertices(first: i32, end: i32): void {
  const sampleX: f32 = centerX * 2 + 0.5;
  const sampleY: f32 = centerY * 2 + 0.5;
  const sampleFocal: f32 = focal * 2;
  for (let index = first; index < end; index++) {
    const at = (<usize>index) << 4;
    const x = load<f32>(positions + at) - cameraX;
    const y = load<f32>(positions + at, 4) - cameraY;
    const z = load<f32>(positions + at, 8) - cameraZ;
    const depth = x * forwardX + y * forwardY + z * forwardZ;
    if (depth < nearestDepth) {
      store<f32>(screens + at, 0, 8);
      continue;
    }
    const inverse: f32 = 1 / depth;
    const across = (x * rightX + y * rightY + z * rightZ) * inverse;
    const downwards = (x * downX + y * downY + z * downZ) * inverse;
    const inside: f32 = 1 - 4 * distortion * (across * across + downwards * downwards);
    const bend: f32 = (2 * sampleFocal) / (1 + sqrt(max<f32>(0, inside)));
    store<f32>(screens + at, sampleX + across * bend);
    store<f32>(screens + at, sampleY + downwards * bend, 4);
    store<f32>(screens + at, inverse, 8);
  }
}
