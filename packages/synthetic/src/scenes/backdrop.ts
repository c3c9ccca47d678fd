import type { Vec3 } from '../geometry/vector.ts';
import { dot, lengthOf } from '../geometry/vector.ts';
import { blendColor, mixColors, setColor } from '../rendering/color.ts';
import { layeredNoise } from '../rendering/noise.ts';
import type { Camera } from './camera.ts';
import { rayOf } from './camera.ts';
import { paintFloor } from './floors/floor.ts';
import type { Light } from './light.ts';
import type { Room } from './room.ts';
import { paintWall } from './walls/wall.ts';

/** An image of the empty room: what every pixel shows and where it is. */
export interface Backdrop {
  /** Linear red, green, blue. */
  readonly colors: Float32Array;
  /** World metres; NaN in the sky. */
  readonly places: Float32Array;
  /** The part of each pixel's light that comes from the lamp, and goes in the shadow. */
  readonly lampShare: Float32Array;
}

/** A room without anybody in it, seen and lit. */
interface EmptyRoom {
  readonly room: Room;
  readonly camera: Camera;
  readonly light: Light;
}

/** Floors end in haze this far away, metres. */
const farthest = 60;

/** Paints the room without anybody in it. */
export function paintBackdrop(scene: EmptyRoom): Backdrop {
  const { room, camera } = scene;
  const { size, position } = camera;
  const { width, height } = size;
  const backdrop: Backdrop = {
    colors: new Float32Array(width * height * 3),
    places: new Float32Array(width * height * 3).fill(Number.NaN),
    lampShare: new Float32Array(width * height),
  };
  const [nx, , nz] = room.wallNormal;
  const toWall = (room.wallPoint[0] - position[0]) * nx + (room.wallPoint[2] - position[2]) * nz;
  const paintFloorPixel = createSurfacePainter(scene, 'floor', backdrop);
  const paintWallPixel = createSurfacePainter(scene, 'wall', backdrop);
  const sky = new Float32Array(3);
  for (let at = 0; at < width * height; at++) {
    const ray = rayOf(camera, at % width, Math.floor(at / width));
    const slope = ray[0] * nx + ray[2] * nz;
    const wall = room.wall !== null && slope < 0 ? toWall / slope : Infinity;
    const floor = ray[1] < 0 ? -position[1] / ray[1] : Infinity;
    if (wall < floor) paintWallPixel(at, ray, wall);
    else if (floor < farthest) paintFloorPixel(at, ray, floor);
    else {
      paintSky(room, ray, sky);
      backdrop.colors.set(sky, at * 3);
    }
  }
  return backdrop;
}

/** Outdoors, the distance after which most of what is seen is air, metres. */
const hazeDistance = 45;

/** How much darker a room is away from its middle, per square metre. */
const fallPerSquareMetre = 0.012;

/** Where the current pixel lies on its surface. */
const point = { x: Number.NaN, y: Number.NaN, pixel: Number.NaN };

/** Creates the function that paints a pixel of one surface, given the direction it looks in and how far away that is. */
function createSurfacePainter(
  { room, camera, light }: EmptyRoom,
  surface: 'floor' | 'wall',
  { colors, places, lampShare }: Backdrop,
): (at: number, ray: Vec3, distance: number) => void {
  const { position, focal } = camera;
  const { wall, wallPoint, wallNormal } = room;
  const normal: Vec3 = surface === 'floor' ? [0, 1, 0] : wallNormal;
  const facing = Math.max(0, dot(normal, light.towards));
  const up = 0.5 + 0.5 * normal[1];
  const lamps = light.lamp.map((lamp) => lamp * facing);
  const lights = lamps.map(
    (lamp, index) => lamp + light.ground[index]! + (light.sky[index]! - light.ground[index]!) * up,
  );
  const share = lamps[1]! / lights[1]!;
  const out = new Float32Array(3);
  return (at, ray, distance) => {
    const x = position[0] + ray[0] * distance;
    const y = position[1] + ray[1] * distance;
    const z = position[2] + ray[2] * distance;
    const pixel = distance / focal;
    if (wall === null || surface === 'floor') {
      const slant = Math.max(0.05, Math.abs(ray[1]) / lengthOf(ray));
      point.x = x;
      point.y = z;
      point.pixel = pixel / slant;
      paintFloor(room.floor, point, out);
    } else {
      point.x = (x - wallPoint[0]) * -wallNormal[2] + (z - wallPoint[2]) * wallNormal[0];
      point.y = y;
      point.pixel = pixel;
      paintWall(wall, point, out);
    }
    const fall = wall === null ? 1 : 1 / (1 + fallPerSquareMetre * (x * x + z * z));
    const haze = wall === null ? 1 - Math.exp(-distance / hazeDistance) : 0;
    for (let channel = 0; channel < 3; channel++) {
      const lit = out[channel]! * lights[channel]! * fall;
      colors[at * 3 + channel] = lit + (room.sky[0][channel]! - lit) * haze;
    }
    lampShare[at] = share;
    places[at * 3] = x;
    places[at * 3 + 1] = y;
    places[at * 3 + 2] = z;
  };
}

function paintSky({ hills, sky }: Room, ray: Vec3, out: Float32Array): void {
  const height = ray[1] / lengthOf(ray);
  const turn = Math.atan2(ray[0], ray[2]);
  setColor(out, mixColors(sky[0], sky[1], Math.min(1, Math.max(0, height * 1.6))), 1);
  const cloud = layeredNoise(turn * 3, height * 9, hills.seed) - 0.5;
  blendColor(out, [1, 1, 1], 0.5 * Math.max(0, cloud));
  const top = hills.height * layeredNoise(turn * 5, 0, hills.seed);
  if (height < top) {
    setColor(out, hills.color, 0.6 + 0.8 * layeredNoise(turn * 40, height * 50, hills.seed + 5));
  }
}
