import {
  aimRay,
  cameraX,
  cameraY,
  cameraZ,
  focal,
  height,
  rayX,
  rayY,
  rayZ,
  width,
} from './camera';
import { paintFloor } from './floor';
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
import { blendRgb, blue, dim, green, materialAt, red, setRgb } from './material';
import { clamp01, layeredNoise } from './noise';
import { backdrop, colors, places } from './memory';
import { paintWall } from './wall';

/** Floors end in haze this far away, metres. */
const farthest: f32 = 60;
/** Outdoors, the distance after which most of what is seen is air, metres. */
const hazeDistance: f32 = 45;
/** How much darker a room is away from its middle, per square metre. */
const fall: f32 = 0.012;

/**
 * Paints the image without people.
 *
 * @param room - f32: wall x, z; wall normal x, z; colors of horizon, zenith and hills; height and seed of the hills.
 * @param floor - place of its material in the list; -1 leaves the colors as they are, and finds only where the floor would be.
 * @param wall - place of its material, -1 for none.
 */
export function paintBackdrop(room: usize, floorMaterial: i32, wallMaterial: i32): void {
  const wallX = load<f32>(room);
  const wallZ = load<f32>(room, 4);
  const normalX = load<f32>(room, 8);
  const normalZ = load<f32>(room, 12);
  const toWall = (wallX - cameraX) * normalX + (wallZ - cameraZ) * normalZ;
  const hasWall = wallMaterial >= 0;
  const wallFacing = max<f32>(0, normalX * towardsX + normalZ * towardsZ);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (<usize>(y * width + x)) << 4;
      aimRay(<f32>x, <f32>y);
      const slope = rayX * normalX + rayZ * normalZ;
      const wallAt = hasWall && slope < 0 ? toWall / slope : <f32>1e9;
      const floorAt = rayY < 0 ? -cameraY / rayY : <f32>1e9;
      const isWall = wallAt < floorAt;
      const distance = isWall ? wallAt : floorAt;
      if (!isWall && floorAt >= farthest) {
        store<f32>(places + at, NaN);
        if (floorMaterial >= 0) {
          paintSky(room);
          storeColor(at);
        }
        continue;
      }
      const px = cameraX + rayX * distance;
      const py = cameraY + rayY * distance;
      const pz = cameraZ + rayZ * distance;
      const facing = isWall ? wallFacing : towardsY;
      const up: f32 = isWall ? 0.5 : 1;
      const light = lampG * facing;
      store<f32>(places + at, px);
      store<f32>(places + at, py, 4);
      store<f32>(places + at, pz, 8);
      store<f32>(places + at, light / (light + groundG + (skyG - groundG) * up), 12);
      if (floorMaterial < 0) continue;
      const pixel = distance / focal;
      if (isWall) {
        const along = (px - wallX) * -normalZ + (pz - wallZ) * normalX;
        paintWall(materialAt(wallMaterial), along, py, pixel);
      } else {
        const size = sqrt(rayX * rayX + rayY * rayY + rayZ * rayZ);
        paintFloor(materialAt(floorMaterial), px, pz, pixel / max<f32>(0.05, -rayY / size));
      }
      setRgb(
        red * (lampR * facing + groundR + (skyR - groundR) * up),
        green * (light + groundG + (skyG - groundG) * up),
        blue * (lampB * facing + groundB + (skyB - groundB) * up),
      );
      if (hasWall) dim(1 / (1 + fall * (px * px + pz * pz)));
      else {
        const haze: f32 = 1 - Mathf.exp(-distance / hazeDistance);
        blendRgb(load<f32>(room, 16), load<f32>(room, 20), load<f32>(room, 24), haze);
      }
      storeColor(at);
    }
  }
}

function storeColor(at: usize): void {
  v128.store(backdrop + at, f32x4(0, 0, 0, 0));
  store<f32>(backdrop + at, red);
  store<f32>(backdrop + at, green, 4);
  store<f32>(backdrop + at, blue, 8);
}

function paintSky(room: usize): void {
  const size = sqrt(rayX * rayX + rayY * rayY + rayZ * rayZ);
  const rise = rayY / size;
  const turn = Mathf.atan2(rayX, rayZ);
  setRgb(load<f32>(room, 16), load<f32>(room, 20), load<f32>(room, 24));
  blendRgb(load<f32>(room, 28), load<f32>(room, 32), load<f32>(room, 36), clamp01(rise * 1.6));
  const seed = <i32>load<f32>(room, 56);
  const cloud = layeredNoise(turn * 3, rise * 9, seed) - 0.5;
  blendRgb(1, 1, 1, <f32>0.5 * max<f32>(0, cloud));
  const top = load<f32>(room, 52) * layeredNoise(turn * 5, 0, seed);
  if (rise >= top) return;
  const shade: f32 = 0.6 + <f32>0.8 * layeredNoise(turn * 40, rise * 50, seed + 5);
  setRgb(load<f32>(room, 40) * shade, load<f32>(room, 44) * shade, load<f32>(room, 48) * shade);
}

/** How far from the middle of the scene shadows are drawn, metres. */
const shadowReach: f32 = 3.2;
/** No contact is larger, metres. */
const highestContact: f32 = 0.5;

/**
 * Copies the image without people, darker where something keeps the lamp from floor and walls, and softly below what
 * nearly touches the floor.
 *
 * @param contacts - 4 f32 each: x, z, radius, strength.
 */
export function castShadows(blur: f32, contacts: usize, count: i32): void {
  const pixelCount = width * height;
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    const at = (<usize>pixel) << 4;
    const color = v128.load(backdrop + at);
    const x = load<f32>(places + at);
    const y = load<f32>(places + at, 4);
    const z = load<f32>(places + at, 8);
    // also skips the sky, whose place is NaN
    if (!(abs(x) < shadowReach && abs(z) < shadowReach)) {
      v128.store(colors + at, color);
      continue;
    }
    const lamp = load<f32>(places + at, 12);
    let factor: f32 = lamp > 0.01 ? 1 - lamp * (1 - litShare(x, y, z, blur, 0.03)) : 1;
    const within = y < highestContact ? count : 0;
    for (let index = 0; index < within; index++) {
      const contact = contacts + ((<usize>index) << 4);
      const radius = load<f32>(contact, 8);
      const dx = (x - load<f32>(contact)) / radius;
      const dz = (z - load<f32>(contact, 4)) / radius;
      const distance = dx * dx + dz * dz;
      if (distance >= 3 || y >= radius) continue;
      // like a bell, and 0 where it ends
      const near: f32 = 1 - distance * <f32>(1.0 / 3.0);
      factor *= 1 - load<f32>(contact, 12) * near * near;
    }
    v128.store(colors + at, f32x4.mul(color, f32x4.splat(factor)));
  }
}
