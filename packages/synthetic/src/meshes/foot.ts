import type { Frame } from '../geometry/frame.ts';
import { toWorld } from '../geometry/frame.ts';
import { scale } from '../geometry/vector.ts';
import { rigid } from './bones.ts';
import type { Ring } from './loft.ts';
import { addLoft } from './loft.ts';
import type { Mesh, Surface } from './mesh.ts';

/** Rows from heel to toe, in parts of the foot's length from the ankle: where, half width, height of the upper side. */
const outline = [
  [-0.27, 0.01, 0.1],
  [-0.25, 0.075, 0.26],
  [-0.17, 0.125, 0.4],
  [0, 0.135, 0.42],
  [0.15, 0.15, 0.36],
  [0.35, 0.185, 0.26],
  [0.52, 0.195, 0.21],
  [0.66, 0.165, 0.18],
  [0.75, 0.095, 0.15],
  [0.78, 0.02, 0.09],
] as const;

/** Adds a shoe with its sole on the floor. World metres; `footLength` is that of the bare foot. */
export function addFoot(
  mesh: Mesh,
  options: Surface & { readonly foot: Frame; readonly footLength: number; readonly bone: number },
): void {
  const { foot, footLength, part, material } = options;
  const length = footLength * 1.04;
  const binding = rigid(options.bone);
  const flat: Frame = { ...foot, up: [0, 1, 0] };
  const floor = -foot.origin[1];
  const rings = outline.map(([at, width, top]): Ring => {
    const height = (top * length) / 2;
    return {
      center: toWorld(flat, [0, floor + height, at * length]),
      across: scale(flat.left, -width * length),
      forward: scale(flat.up, height),
      along: at * length,
      binding,
    };
  });
  addLoft(mesh, rings, {
    segments: 12,
    part,
    material,
    // fuller than an ellipse, so that the sole lies flat
    shape: ([x, y, z], angle) => [x, y < 0.012 && angle > 0.5 ? Math.min(y, 0.004) : y, z],
    texture: (angle, _, ring) => [angle, ring.center[1] * (1 + Math.sin(angle * 2 * Math.PI))],
  });
}
