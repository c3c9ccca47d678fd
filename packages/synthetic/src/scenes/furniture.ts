import type { Random } from '@limber/keypoints';
import type { Frame } from '../geometry/frame.ts';
import { toWorld, turnFrame, worldFrame } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, scale } from '../geometry/vector.ts';
import type { Binding } from '../meshes/bones.ts';
import { bone, rigid } from '../meshes/bones.ts';
import { addBox } from '../meshes/box.ts';
import { addCylinder } from '../meshes/cylinder.ts';
import { addLimb } from '../meshes/limb.ts';
import type { Mesh } from '../meshes/mesh.ts';
import { part } from '../meshes/part.ts';
import { evenProfile } from '../meshes/profile.ts';
import type { Color } from '../rendering/color.ts';
import { colorOfHsv } from '../rendering/color.ts';
import type { Material } from '../rendering/material.ts';

/** A thing that stands about. Sizes in metres. */
export interface Furniture {
  readonly kind: 'box' | 'rack' | 'post' | 'ball' | 'plates' | 'bench' | 'plant';
  /** On the floor below its middle. */
  readonly place: Vec3;
  readonly turn: number;
  readonly size: number;
  readonly color: Color;
}

/** Draws what stands behind the person. `depth` is the room up to the wall, metres. */
export function createFurniture(random: Random, view: Vec3, depth: number): Furniture[] {
  const kinds = ['box', 'rack', 'rack', 'post', 'ball', 'plates', 'bench', 'plant'] as const;
  return Array.from({ length: random.integer(0, 5) }, () => {
    const back = random.uniform(0.75, Math.max(0.8, depth - 0.3));
    const across = random.uniform(-2, 2);
    const place: Vec3 = [view[0] * back - view[2] * across, 0, view[2] * back + view[0] * across];
    return { kind: random.pick(kinds), place, ...drawLooks(random, 1) };
  });
}

/** Draws something that stands between the camera and the person and hides a part of the body. */
export function createObstacle(random: Random, view: Vec3, distance: number): Furniture {
  const near = Math.min(random.uniform(0.75, 1.3), distance * 0.45);
  const across = random.uniform(-0.4, 0.4);
  const place: Vec3 = [-view[0] * near - view[2] * across, 0, -view[2] * near + view[0] * across];
  const kind = random.pick(['box', 'post', 'ball', 'plates', 'bench', 'plant'] as const);
  return { kind, place, ...drawLooks(random, 0.75) };
}

function drawLooks(random: Random, size: number): Pick<Furniture, 'turn' | 'size' | 'color'> {
  return {
    turn: random.uniform(0, 6.3),
    size: random.uniform(0.7, 1.2) * size,
    color: colorOfHsv(random.uniform(), random.uniform(0, 0.8), random.uniform(0.08, 0.9)),
  };
}

/** Adds a thing to a mesh and its material to the list. World metres. */
export function addFurniture(mesh: Mesh, furniture: Furniture, materials: Material[]): void {
  const { kind, place, turn, size, color } = furniture;
  const frame = { ...turnFrame(worldFrame, { yaw: turn }), origin: place };
  const finish: Material = {
    color,
    pattern: { kind: 'plain' },
    gloss: 0.15,
    polish: 20,
    folds: kind === 'plant' ? 0.9 : 0.15,
    softness: 0,
    seed: 17,
  };
  const binding = rigid(bone.world);
  const bindingAt = (): Binding => binding;
  const looks = { part: part.object, material: materials.push(finish) - 1, binding, bindingAt };
  const at = (x: number, y: number, z: number): Vec3 => toWorld(frame, scale([x, y, z], size));
  const box = (middle: Vec3, half: Vec3): void => {
    const standing: Frame = { ...frame, origin: at(...middle) };
    addBox(mesh, { frame: standing, half: scale(half, size), ...looks });
  };
  switch (kind) {
    case 'box':
      box([0, 0.28, 0], [0.33, 0.28, 0.25]);
      return;
    case 'rack':
      for (const x of [-0.6, 0.6]) {
        for (const z of [-0.3, 0.3]) box([x, 1.15, z], [0.04, 1.15, 0.04]);
        box([x, 2.25, 0], [0.04, 0.04, 0.3]);
      }
      box([0, 2.25, 0.3], [0.6, 0.04, 0.04]);
      box([0, 1.1, -0.3], [0.6, 0.03, 0.03]);
      return;
    case 'post':
      addCylinder(mesh, {
        from: at(0, 0, 0),
        to: at(0, 2.6 / size, 0),
        radius: 0.05 * size,
        ...looks,
      });
      return;
    case 'ball':
      addLimb(mesh, {
        from: addScaled(at(0, 0.3, 0), [0, 1, 0], -0.005),
        to: addScaled(at(0, 0.3, 0), [0, 1, 0], 0.005),
        front: [0, 0, 1],
        profile: evenProfile(0.3 * size),
        segments: 24,
        rings: 2,
        ...looks,
      });
      return;
    case 'plates':
      for (const z of [0, 0.07, 0.14]) {
        const middle = at(0, 0.22, z);
        addCylinder(mesh, {
          from: middle,
          to: addScaled(middle, frame.front, 0.05),
          radius: 0.22 * size,
          segments: 24,
          ...looks,
        });
      }
      return;
    case 'bench':
      box([0, 0.42, 0], [0.6, 0.05, 0.16]);
      for (const x of [-0.5, 0.5]) box([x, 0.19, 0], [0.04, 0.19, 0.14]);
      return;
    case 'plant':
      addCylinder(mesh, { from: at(0, 0, 0), to: at(0, 0.3, 0), radius: 0.16 * size, ...looks });
      for (let leaf = 0; leaf < 9; leaf++) {
        const angle = leaf * 2.4;
        const reach = 0.15 + 0.03 * leaf;
        addLimb(mesh, {
          from: at(0, 0.28, 0),
          to: at(Math.cos(angle) * reach, 0.55 + 0.06 * leaf, Math.sin(angle) * reach),
          front: frame.front,
          profile: [
            [0, 0.012, 0.012, 0],
            [0.6, 0.07 * size, 0.02, 0],
            [1, 0.02, 0.01, 0],
          ],
          segments: 7,
          ...looks,
        });
      }
  }
}
