import { mixColors } from '../rendering/color.ts';
import { layeredNoise } from '../rendering/noise.ts';
import type { Camera } from './camera.ts';
import { blend, paintFloor, set } from './floor-color.ts';
import type { Light } from './light.ts';
import type { Room } from './room.ts';
import { paintWall } from './wall-color.ts';

/** A picture of the empty room: what every pixel shows and where it is. */
export interface Backdrop {
  /** Linear red, green, blue. */
  readonly colors: Float32Array;
  /** World metres; not a number in the sky. */
  readonly places: Float32Array;
  /** The part of each pixel's light that comes from the lamp, and goes in the shadow. */
  readonly lampShare: Float32Array;
}

/** Floors end in haze this far away, metres. */
const farthest = 60;

/** Paints the room without anybody in it. */
export function paintBackdrop(room: Room, camera: Camera, light: Light): Backdrop {
  const { size, right, down, forward, position, focal, centre } = camera;
  const { width, height } = size;
  const backdrop: Backdrop = {
    colors: new Float32Array(width * height * 3),
    places: new Float32Array(width * height * 3).fill(Number.NaN),
    lampShare: new Float32Array(width * height),
  };
  const [nx, , nz] = room.wallNormal;
  const toWall = (room.wallPoint[0] - position[0]) * nx + (room.wallPoint[2] - position[2]) * nz;
  const paintFloorPixel = surfacePainter(room, camera, light, 'floor', backdrop);
  const paintWallPixel = surfacePainter(room, camera, light, 'wall', backdrop);
  const sky = new Float32Array(3);
  for (let at = 0; at < width * height; at++) {
    const across = ((at % width) - centre[0]) / focal;
    const downwards = (Math.floor(at / width) - centre[1]) / focal;
    const rx = forward[0] + right[0] * across + down[0] * downwards;
    const ry = forward[1] + right[1] * across + down[1] * downwards;
    const rz = forward[2] + right[2] * across + down[2] * downwards;
    const slope = rx * nx + rz * nz;
    const wall = room.wall !== null && slope < 0 ? toWall / slope : Infinity;
    const floor = ry < 0 ? -position[1] / ry : Infinity;
    if (wall < floor) paintWallPixel(at, rx, ry, rz, wall);
    else if (floor < farthest) paintFloorPixel(at, rx, ry, rz, floor);
    else {
      paintSky(room, rx, ry, rz, sky);
      backdrop.colors.set(sky, at * 3);
    }
  }
  return backdrop;
}

/** Outdoors, the distance after which most of what is seen is air, metres. */
const hazeDistance = 45;

/** How much darker a room is away from its middle, per square metre. */
const fallPerSquareMetre = 0.012;

/** Makes the function that paints a pixel of one surface, given the direction it looks in and how far away that is. */
function surfacePainter(
  room: Room,
  camera: Camera,
  light: Light,
  surface: 'floor' | 'wall',
  { colors, places, lampShare }: Backdrop,
): (at: number, rx: number, ry: number, rz: number, distance: number) => void {
  const { position, focal } = camera;
  const { wall, wallPoint, wallNormal } = room;
  const [nx, ny, nz] = surface === 'floor' ? ([0, 1, 0] as const) : wallNormal;
  const [tx, ty, tz] = light.towards;
  const facing = Math.max(0, nx * tx + ny * ty + nz * tz);
  const up = 0.5 + 0.5 * ny;
  const lamps = light.lamp.map((lamp) => lamp * facing);
  const lights = lamps.map(
    (lamp, index) => lamp + light.ground[index]! + (light.sky[index]! - light.ground[index]!) * up,
  );
  const share = lamps[1]! / lights[1]!;
  const out = new Float32Array(3);
  return (at, rx, ry, rz, distance) => {
    const px = position[0] + rx * distance;
    const py = position[1] + ry * distance;
    const pz = position[2] + rz * distance;
    const pixel = distance / focal;
    if (wall === null || surface === 'floor') {
      const slant = Math.max(0.05, Math.abs(ry) / Math.sqrt(rx * rx + ry * ry + rz * rz));
      paintFloor(room.floor, px, pz, pixel / slant, out);
    } else {
      const along = (px - wallPoint[0]) * -wallNormal[2] + (pz - wallPoint[2]) * wallNormal[0];
      paintWall(wall, along, py, pixel, out);
    }
    const fall = wall === null ? 1 : 1 / (1 + fallPerSquareMetre * (px * px + pz * pz));
    const haze = wall === null ? 1 - Math.exp(-distance / hazeDistance) : 0;
    for (let channel = 0; channel < 3; channel++) {
      const lit = out[channel]! * lights[channel]! * fall;
      colors[at * 3 + channel] = lit + (room.sky[0][channel]! - lit) * haze;
    }
    lampShare[at] = share;
    places[at * 3] = px;
    places[at * 3 + 1] = py;
    places[at * 3 + 2] = pz;
  };
}

function paintSky(room: Room, rx: number, ry: number, rz: number, out: Float32Array): void {
  const { hills, sky } = room;
  const height = ry / Math.sqrt(rx * rx + ry * ry + rz * rz);
  const turn = Math.atan2(rx, rz);
  set(out, mixColors(sky[0], sky[1], Math.min(1, Math.max(0, height * 1.6))), 1);
  const cloud = layeredNoise(turn * 3, height * 9, hills.seed) - 0.5;
  blend(out, [1, 1, 1], 0.5 * Math.max(0, cloud));
  const top = hills.height * layeredNoise(turn * 5, 0, hills.seed);
  if (height < top) {
    set(out, hills.color, 0.6 + 0.8 * layeredNoise(turn * 40, height * 50, hills.seed + 5));
  }
}
