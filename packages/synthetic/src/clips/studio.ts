import type { Frame } from '../geometry/frame.ts';
import { cross, normalize } from '../geometry/vector.ts';
import { addBody } from '../meshes/body.ts';
import { boneFrames, writeBones } from '../meshes/bones.ts';
import { heldObjects } from '../meshes/held-objects.ts';
import type { Pose } from '../motions/pose.ts';
import { restPose } from '../motions/pose-of-angles.ts';
import { materialFields, writeMaterial } from '../rendering/material.ts';
import type { Material } from '../rendering/material.ts';
import type { Renderer } from '../rendering/renderer.ts';
import type { Camera } from '../scenes/camera.ts';
import { writeFloor } from '../scenes/floor.ts';
import { addFurniture } from '../scenes/furniture.ts';
import type { Light } from '../scenes/light.ts';
import { hangingNumbers, writeWall } from '../scenes/wall.ts';
import type { Actor, Clip } from './clip.ts';

/** A stretch of the mesh. */
export interface MeshRange {
  readonly vertices: readonly [first: number, end: number];
  readonly triangles: readonly [first: number, end: number];
}

/** One of the people, as meshes at rest. */
export interface Figure {
  readonly actor: Actor;
  readonly rest: readonly Frame[];
  readonly body: MeshRange;
  /** What is held; it is not part of the outline. */
  readonly held: MeshRange;
  /** From 1. */
  readonly owner: number;
}

/** What the frames of a clip share: meshes, materials, camera and light in the renderer, and the empty room painted. */
export interface Studio {
  readonly clip: Clip;
  readonly renderer: Renderer;
  readonly things: MeshRange;
  readonly figures: readonly Figure[];
}

/** How many parts each owner has room for. */
export const partsPerOwner = 32;

/** Metres around the middle that shadows are cast in. */
const shadowExtent = 5;

/** Builds what stays the same over a clip. */
export function setUpStudio(renderer: Renderer, clip: Clip): Studio {
  const { mesh, render } = renderer;
  renderer.freeNumbers();
  mesh.clear();
  const materials = [...clip.materials];
  const things = rangeOf(renderer, () => {
    for (const thing of clip.furniture) addFurniture(mesh, thing, materials);
  });
  const figures = clip.actors.map((actor, index) => addFigure(renderer, actor, index + 1));
  writeMaterials(renderer, materials);
  const { size } = clip.camera;
  render.setCamera(renderer.place(cameraNumbers(clip.camera)), size.width, size.height);
  render.setLight(renderer.place(lightNumbers(clip.light)));
  // what does not move stays where it is
  writeBones([worldBone], [worldBone], renderer.bones);
  render.skinVertices(...things.vertices);
  render.projectVertices(...things.vertices);
  render.projectToLamp(...things.vertices);
  return { clip, renderer, things, figures };
}

const worldBone: Frame = { origin: [0, 0, 0], left: [1, 0, 0], up: [0, 1, 0], front: [0, 0, 1] };

function addFigure(renderer: Renderer, actor: Actor, owner: number): Figure {
  const { mesh } = renderer;
  const pose = restPose(actor.person);
  const body = rangeOf(renderer, () => addBody(mesh, { ...actor, pose }));
  const [first, end] = body.triangles;
  const { looks } = mesh.arrays;
  for (let triangle = first; triangle < end; triangle++) {
    looks[triangle * 8 + 6] = looks[triangle * 8 + 6]! + owner * partsPerOwner;
  }
  const held = rangeOf(renderer, () => {
    if (actor.motion.held !== null) heldObjects[actor.motion.held]?.(mesh, pose, actor.held);
  });
  return { actor, rest: boneFrames(pose, actor.person), body, held, owner };
}

/** Moves a figure's meshes into a pose, and projects them to the image and along the light. */
export function poseFigure(renderer: Renderer, figure: Figure, pose: Pose): void {
  const { render, bones } = renderer;
  const { actor, rest, body, held } = figure;
  writeBones(rest, boneFrames(pose, actor.person), bones);
  for (const { vertices, triangles } of [body, held]) {
    render.skinVertices(...vertices);
    render.projectVertices(...vertices);
    render.projectToLamp(...vertices);
    render.castTriangles(...triangles);
  }
}

function rangeOf({ mesh }: Renderer, add: () => void): MeshRange {
  const vertex = mesh.vertexCount;
  const triangle = mesh.triangleCount;
  add();
  return {
    vertices: [vertex, mesh.vertexCount],
    triangles: [triangle, mesh.triangleCount],
  };
}

function writeMaterials(renderer: Renderer, materials: readonly Material[]): void {
  for (const [index, material] of materials.entries()) {
    writeMaterial(material, fieldsOf(renderer, index));
  }
}

function fieldsOf({ materials }: Renderer, index: number): Float32Array {
  return materials.subarray(index * materialFields, (index + 1) * materialFields);
}

function cameraNumbers(camera: Camera): number[] {
  const { position, right, down, forward, focal, center, distortion } = camera;
  return [...position, ...right, ...down, ...forward, focal, ...center, distortion];
}

function lightNumbers({ towards, lamp, sky, ground }: Light): number[] {
  const across = normalize(cross([0.01, 1, 0.02], towards));
  const up = cross(towards, across);
  return [...towards, ...across, ...up, 0, 0.8, 0, shadowExtent, ...lamp, ...sky, ...ground];
}

/** The last two materials are those of the floor and the wall. */
const floorMaterial = 254;
const wallMaterial = 255;

/**
 * Paints the room without people, or finds where its floor lies before a photograph.
 *
 * @param photograph - [H, W, 3] linear light; null for the room.
 */
export function paintRoom({ clip, renderer }: Studio, photograph: Float32Array | null): void {
  const { render } = renderer;
  const { floor, wall, wallPoint, wallNormal, sky, hills } = clip.room;
  const numbers = [
    wallPoint[0],
    wallPoint[2],
    wallNormal[0],
    wallNormal[2],
    ...sky[0],
    ...sky[1],
    ...hills.color,
    hills.height,
    hills.seed,
  ];
  if (photograph !== null) {
    const pixels = photograph.length / 3;
    for (let pixel = 0; pixel < pixels; pixel++) {
      renderer.backdrop.set(photograph.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    }
    render.paintBackdrop(renderer.place(numbers), -1, -1);
    return;
  }
  writeFloor(floor, fieldsOf(renderer, floorMaterial));
  if (wall !== null) {
    writeWall(wall, renderer.place(hangingNumbers(wall)), fieldsOf(renderer, wallMaterial));
  }
  const walls = wall === null ? -1 : wallMaterial;
  render.paintBackdrop(renderer.place(numbers), floorMaterial, walls);
}
