import type { Random } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import type { Vec3 } from '../geometry/vector.ts';
import type { HeldObjects } from '../meshes/held-objects.ts';
import type { Palette } from '../meshes/palette.ts';
import { createPalette } from '../meshes/palette.ts';
import type { Motion } from '../motions/motion.ts';
import { createMotion } from '../motions/create-motion.ts';
import type { Appearance } from '../people/appearance.ts';
import { createAppearance } from '../people/appearance.ts';
import type { Person } from '../people/person.ts';
import { createPerson } from '../people/person.ts';
import type { Color } from '../rendering/color.ts';
import { colorOfHsv } from '../rendering/color.ts';
import type { Film } from '../rendering/film.ts';
import { createFilm } from '../rendering/film.ts';
import type { Material } from '../rendering/material.ts';
import type { Camera } from '../scenes/camera.ts';
import { aimCamera } from '../scenes/aim-camera.ts';
import type { Furniture } from '../scenes/furniture.ts';
import { createFurniture, createObstacle } from '../scenes/furniture.ts';
import type { Light } from '../scenes/light.ts';
import { createLight } from '../scenes/light.ts';
import type { Room } from '../scenes/room.ts';
import { createRoom } from '../scenes/room.ts';

/** Everything that stays the same over a clip: one person, one camera, one room. */
export interface Clip {
  readonly person: Person;
  readonly appearance: Appearance;
  readonly palette: Palette;
  readonly motion: Motion;
  readonly held: HeldObjects;
  readonly camera: Camera;
  readonly light: Light;
  readonly room: Room;
  /** Behind the person. */
  readonly furniture: readonly Furniture[];
  /** Before the person. */
  readonly obstacles: readonly Furniture[];
  readonly film: Film;
  /** Of the person and of what is held; the palette points here. */
  readonly materials: readonly Material[];
}

/** What a clip is drawn from: nothing else goes into it. */
export interface ClipKey {
  readonly seed: number;
  /** From 0. */
  readonly clip: number;
  /** Share of clips in which somebody stands instead of squatting. */
  readonly standingShare: number;
}

/** How often something stands in the way. */
const obstacleShare = 0.12;

/** Draws a clip: a pure function of its key. */
export function createClip({ seed, clip, standingShare }: ClipKey): Clip {
  const random = createRandom(seed, 'clip', clip);
  const person = createPerson(random.fork('person'));
  const appearance = createAppearance(random.fork('appearance'), person);
  const materials: Material[] = [];
  const palette = createPalette(appearance, materials);
  const camera = aimCamera(random.fork('camera'), person);
  const { forward, position } = camera;
  const level = Math.hypot(forward[0], forward[2]);
  const view: Vec3 = [forward[0] / level, 0, forward[2] / level];
  const room = createRoom(random.fork('room'), view);
  const depth = room.wall === null ? 4 : Math.hypot(...room.wallPoint);
  const obstacles = random.fork('obstacle');
  const distance = Math.hypot(position[0], position[2]);
  return {
    person,
    appearance,
    palette,
    motion: createMotion(random.fork('motion'), standingShare),
    held: createHeldObjects(random.fork('held'), materials),
    camera,
    light: createLight(random.fork('light')),
    room,
    furniture: createFurniture(random.fork('furniture'), view, depth),
    obstacles: obstacles.chance(obstacleShare) ? [createObstacle(obstacles, view, distance)] : [],
    film: createFilm(random.fork('film')),
    materials,
  };
}

function createHeldObjects(random: Random, materials: Material[]): HeldObjects {
  const addMetal = (color: Color, gloss: number): number =>
    materials.push({
      color,
      pattern: null,
      face: null,
      gloss,
      polish: 40,
      folds: 0.1,
      softness: 0,
      seed: 3,
    }) - 1;
  const iron = addMetal(colorOfHsv(0.6, 0.05, random.uniform(0.15, 0.75)), 0.5);
  const paint = random.chance(0.5)
    ? colorOfHsv(0, 0, random.uniform(0.05, 0.25))
    : colorOfHsv(random.uniform(), random.uniform(0.5, 0.9), random.uniform(0.2, 0.7));
  const plate = addMetal(paint, 0.15);
  return {
    plateRadius: random.uniform(0.11, 0.225),
    plateThickness: random.uniform(0.03, 0.12),
    dumbbellRadius: random.uniform(0.035, 0.07),
    kettlebellRadius: random.uniform(0.07, 0.11),
    iron,
    plate,
  };
}
