import type { Vec3 } from '../geometry/vector.ts';
import {
  addScaled,
  cross,
  lengthOf,
  normalize,
  perpendicular,
  scale,
  subtract,
} from '../geometry/vector.ts';
import type { Binding } from './bones.ts';
import type { Ring } from './loft.ts';
import { addLoft } from './loft.ts';
import type { Mesh, Surface } from './mesh.ts';
import type { Part } from './part.ts';
import type { Profile } from './profile.ts';
import { sampleProfile } from './profile.ts';

/** How a limb ends. */
type LimbEnd = 'round' | 'open';

export interface LimbOptions extends Surface {
  readonly from: Vec3;
  readonly to: Vec3;
  /** About where the front of the limb looks. */
  readonly front: Vec3;
  readonly profile: Profile;
  /** What the limb follows at a place along it. */
  readonly bindingAt: (at: number) => Binding;
  /** What the limb belongs to at a place along it, if not everywhere to `part`. */
  readonly partAt?: (at: number) => Part;
  /** Which stretch of the limb is covered, as with a sleeve; the whole of it by default. */
  readonly range?: readonly [from: number, to: number];
  /** Whether each end is closed by a half ball, or left open as a sleeve is. Round by default. */
  readonly ends?: readonly [LimbEnd, LimbEnd];
  readonly rings?: number;
  readonly segments?: number;
}

const capRings = 3;

/** Adds a limb along a line: a tube whose thickness follows a profile. World metres. */
export function addLimb(mesh: Mesh, options: LimbOptions): void {
  const { from, to, part, material, ends = ['round', 'round'], range = [0, 1] } = options;
  const { rings: count = 9, segments = 12, bindingAt } = options;
  const towards = subtract(to, from);
  const length = lengthOf(towards);
  const axis = normalize(towards);
  const front = perpendicular(options.front, axis);
  // across, front and the axis are left-handed, as a loft wants them
  const across = cross(axis, front);
  const ringAt = (at: number, shift: number, shrink: number): Ring => {
    const [, side, depth, bulge] = sampleProfile(options.profile, at);
    return {
      center: addScaled(addScaled(from, axis, at * length + shift), front, bulge),
      across: scale(across, Math.max(1e-6, side * shrink)),
      forward: scale(front, Math.max(1e-6, depth * shrink)),
      along: at * length + shift,
      binding: bindingAt(at),
      part: options.partAt?.(at) ?? part,
    };
  };
  const [low, high] = range;
  const rings = Array.from({ length: count }, (_, index) =>
    ringAt(low + ((high - low) * index) / (count - 1), 0, 1),
  );
  const cap = (at: number, sign: number): Ring[] => {
    const [, side, depth] = sampleProfile(options.profile, at);
    const radius = Math.min(side, depth);
    return Array.from({ length: capRings }, (_, index) => {
      const angle = ((index + 1) / capRings) * (Math.PI / 2);
      return ringAt(at, sign * radius * Math.sin(angle), Math.cos(angle));
    });
  };
  // a hem turns in, so that one does not look into a sleeve
  const hem = (at: number, sign: number): Ring[] => [
    ringAt(at, sign * 0.003, 0.85),
    ringAt(at, 0, 0.5),
  ];
  const close = (end: LimbEnd, at: number, sign: number): Ring[] =>
    end === 'round' ? cap(at, sign) : hem(at, sign);
  addLoft(mesh, [...close(ends[0], low, -1).reverse(), ...rings, ...close(ends[1], high, 1)], {
    part,
    material,
    segments,
  });
}
