import type { Random } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import type { Frame } from '../geometry/frame.ts';
import { turnFrame, worldFrame } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import type { HeldObjects } from '../meshes/held-objects.ts';
import type { Palette } from '../meshes/palette.ts';
import { createPalette } from '../meshes/palette.ts';
import { createMotion } from '../motions/create-motion.ts';
import type { MotionShares } from '../motions/create-motion.ts';
import type { Motion } from '../motions/motion.ts';
import type { Pose } from '../motions/pose.ts';
import type { Appearance } from '../people/appearance.ts';
import { createAppearance } from '../people/appearance.ts';
import type { Person } from '../people/person.ts';
import { createPerson, sides } from '../people/person.ts';
import type { Color } from '../rendering/color.ts';
import { colorOfHsv } from '../rendering/color.ts';
import type { Film } from '../rendering/film.ts';
import { createFilm } from '../rendering/film.ts';
import type { Material } from '../rendering/material.ts';
import type { Camera } from '../scenes/camera.ts';
import type { Subject } from '../scenes/aim-camera.ts';
import { aimCamera } from '../scenes/aim-camera.ts';
import type { Furniture } from '../scenes/furniture.ts';
import { createFurniture, createObstacle } from '../scenes/furniture.ts';
import type { Light } from '../scenes/light.ts';
import { createLight } from '../scenes/light.ts';
import type { Room } from '../scenes/room.ts';
import { createRoom } from '../scenes/room.ts';
import type { SceneShares } from './scene-options.ts';

/** One of the people of a clip. */
export interface Actor {
  readonly person: Person;
  readonly appearance: Appearance;
  readonly palette: Palette;
  readonly motion: Motion;
  readonly held: HeldObjects;
  /** Where the actor's own floor lies in the world. */
  readonly stand: Frame;
}

/** Everything that stays the same over a clip: people, camera, light, room. */
export interface Clip {
  /** The one in the middle first. */
  readonly actors: readonly Actor[];
  readonly camera: Camera;
  readonly light: Light;
  readonly room: Room;
  readonly furniture: readonly Furniture[];
  readonly film: Film;
  /** Of the people and of what they hold; the palettes point here. */
  readonly materials: readonly Material[];
}

/** What a clip is drawn from: nothing else goes into it. */
export interface ClipKey {
  readonly seed: number;
  /** From 0. */
  readonly clip: number;
  readonly shares: SceneShares;
}

/** What companions do: nothing that would take them through each other. */
const companionMotions: MotionShares = {
  standing: 5,
  walking: 3,
  squat: 1,
  bending: 1,
  sitting: 1,
};

/** Draws a clip: a pure function of its key. */
export function createClip({ seed, clip, shares }: ClipKey): Clip {
  const random = createRandom(seed, 'clip', clip);
  const materials: Material[] = [];
  const createActor = (random: Random, motions: MotionShares, stand: Frame): Actor => {
    const person = createPerson(random.fork('person'));
    const appearance = createAppearance(random.fork('appearance'), person);
    return {
      person,
      appearance,
      palette: createPalette(appearance, materials),
      motion: createMotion(random.fork('motion'), person, motions),
      held: createHeldObjects(random.fork('held'), materials),
      stand,
    };
  };
  const main = createActor(random, shares.motions, worldFrame);
  const camera = aimCamera(random.fork('camera'), subjectOf(main), shares);
  const { forward, position } = camera;
  const level = Math.hypot(forward[0], forward[2]);
  const view: Vec3 = [forward[0] / level, 0, forward[2] / level];
  const room = createRoom(random.fork('room'), view);
  const depth = room.wall === null ? 4 : Math.hypot(...room.wallPoint);
  const distance = Math.hypot(position[0], position[2]);
  const others = random.fork('companions');
  const count = others.chance(shares.companions) ? others.pick([1, 1, 1, 2, 2, 3]) : 0;
  const companions = Array.from({ length: count }, (_, index) => {
    const own = others.fork(index);
    const stand = placeCompanion(own.fork('stand'), { view, depth, distance });
    return createActor(own, companionMotions, stand);
  });
  const obstacles = random.fork('obstacle');
  return {
    actors: [main, ...companions],
    camera,
    light: createLight(random.fork('light')),
    room,
    furniture: [
      ...createFurniture(random.fork('furniture'), view, depth),
      ...(obstacles.chance(shares.obstacles) ? [createObstacle(obstacles, view, distance)] : []),
    ],
    film: createFilm(random.fork('film'), shares.motionBlur),
    materials,
  };
}

/** How far somebody reaches over a clip. */
function subjectOf({ motion }: Actor): Subject {
  const places = [0, 0.5, 1].flatMap((moment) => jointsOf(motion.at(moment, 0).pose));
  const bounds = [0, 1, 2].map((axis) => {
    const values = places.map((place) => place[axis]!);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  const middle = bounds.map(([low, high]) => (low + high) / 2) as unknown as Vec3;
  const [x, y, z] = bounds.map(([low, high]) => (high - low) / 2) as [number, number, number];
  // joints lie inside: head, hands and feet go on beyond them
  return {
    middle,
    halfHeight: Math.max(0.45, y + 0.1),
    halfWidth: Math.max(0.3, Math.hypot(x, z) * 0.9 + 0.12),
  };
}

function jointsOf({ head, pelvis, arms, legs }: Pose): Vec3[] {
  return [
    head.origin,
    pelvis.origin,
    ...sides.flatMap((side) => [
      arms[side].elbow,
      arms[side].wrist,
      legs[side].knee,
      legs[side].ankle,
    ]),
  ];
}

/** Behind, beside, or between the camera and the person in the middle. */
function placeCompanion(
  random: Random,
  {
    view,
    depth,
    distance,
  }: { readonly view: Vec3; readonly depth: number; readonly distance: number },
): Frame {
  const kind = random.uniform();
  const [back, across] =
    kind < 0.55
      ? [random.uniform(0.6, Math.max(0.8, depth - 0.4)), random.uniform(-1.6, 1.6)]
      : kind < 0.85
        ? [random.uniform(-0.4, 0.5), random.pick([1, -1]) * random.uniform(0.55, 1.1)]
        : [
            -random.uniform(0.6, Math.min(1.2, distance * 0.4)),
            random.pick([1, -1]) * random.uniform(0.25, 0.6),
          ];
  const origin: Vec3 = [view[0] * back - view[2] * across, 0, view[2] * back + view[0] * across];
  return { ...turnFrame(worldFrame, { yaw: random.uniform(-Math.PI, Math.PI) }), origin };
}

function createHeldObjects(random: Random, materials: Material[]): HeldObjects {
  const addMetal = (color: Color, gloss: number): number =>
    materials.push({
      color,
      pattern: { kind: 'plain' },
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
