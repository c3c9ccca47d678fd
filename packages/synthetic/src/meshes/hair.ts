import { toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { add, addScaled, scale, subtract } from '../geometry/vector.ts';
import type { HairStyle } from '../people/appearance.ts';
import type { DressedBody } from './dressed-body.ts';
import { between, bone, rigid } from './bones.ts';
import { headRings, headSegments } from './head.ts';
import { addLimb } from './limb.ts';
import { addLoft } from './loft.ts';
import type { Mesh } from './mesh.ts';
import { part } from './part.ts';

/** Where the hair begins, metres above the eyes, on the front, the sides and the back. */
interface Hairline {
  readonly front: number;
  readonly side: number;
  readonly back: number;
}

const hairlines: Readonly<
  Record<Exclude<HairStyle, 'bald'>, Hairline & { readonly volume: number }>
> = {
  short: { front: 0.058, side: 0.018, back: -0.05, volume: 0.008 },
  medium: { front: 0.05, side: -0.04, back: -0.09, volume: 0.016 },
  long: { front: 0.055, side: -0.07, back: -0.1, volume: 0.016 },
  ponytail: { front: 0.062, side: 0.022, back: -0.055, volume: 0.007 },
  bun: { front: 0.062, side: 0.022, back: -0.055, volume: 0.007 },
  cap: { front: 0.035, side: 0.03, back: 0.005, volume: 0.011 },
};

/** Adds hair or a cap to a head. World metres. */
export function addHair(mesh: Mesh, body: DressedBody): void {
  const { pose, person, appearance, palette } = body;
  const { head, chest } = pose;
  const size = person.headScale;
  const style = appearance.hair;
  if (style === 'bald') return;
  if (style === 'cap') {
    addShell(mesh, body, { ...hairlines.short, volume: 0.006, material: palette.hair });
    addShell(mesh, body, { ...hairlines.cap, material: palette.cap });
    addBrim(mesh, body);
    return;
  }
  addShell(mesh, body, { ...hairlines[style], material: palette.hair });
  const at = (x: number, y: number, z: number): Vec3 => toWorld(head, scale([x, y, z], size));
  const addStrand = (from: Vec3, to: Vec3, [width, thickness]: readonly [number, number]): void =>
    addLimb(mesh, {
      from,
      to,
      front: head.front,
      profile: [
        [0, width * size * 0.8, thickness * size * 0.8, 0],
        [0.35, width * size, thickness * size, 0],
        [1, width * size * 0.6, thickness * size * 0.5, 0],
      ],
      part: part.hair,
      material: palette.hair,
      bindingAt: (at) => between(bone.head, bone.strand, style === 'bun' ? 0 : at * 2.5),
    });
  if (style === 'long') {
    const top = at(0, 0.0, -0.07);
    const down = scale(add(scale(chest.up, 0.5), head.up), -1);
    const tip = addScaled(addScaled(top, down, 0.2), chest.front, -0.035);
    addStrand(top, tip, [0.085, 0.04]);
  } else if (style === 'ponytail') {
    addStrand(at(0, 0.035, -0.105), add(at(0, 0.02, -0.125), [0, -0.19, 0]), [0.026, 0.026]);
  } else if (style === 'bun') {
    addStrand(at(0, 0.075, -0.085), at(0, 0.09, -0.115), [0.042, 0.042]);
  }
}

/** Hair that lies on the head: how far it stands off, metres, and where it begins. */
interface Shell extends Hairline {
  readonly volume: number;
  readonly material: number;
}

/** A larger head that dips under the skin below the hairline. */
function addShell(mesh: Mesh, { pose: { head }, person }: DressedBody, shell: Shell): void {
  const { volume, material } = shell;
  const middle = toWorld(head, [0, 0, -0.005]);
  addLoft(mesh, headRings(head, person.headScale, volume), {
    segments: headSegments,
    part: part.hair,
    material,
    shape: (point, angle, along) => {
      const edge = hairlineAt(shell, angle);
      const below = Math.min(1, Math.max(0, (edge - along) / 0.018 + 0.5));
      return addScaled(point, subtract(middle, point), below * (0.1 + volume * 9));
    },
  });
}

function hairlineAt({ front, side, back }: Hairline, angle: number): number {
  const forward = Math.sin(angle * 2 * Math.PI);
  return forward > 0
    ? side + (front - side) * Math.min(1, forward * 1.35) ** 2
    : side + (back - side) * Math.min(1, -forward * 1.2);
}

function addBrim(mesh: Mesh, { pose: { head }, person, palette }: DressedBody): void {
  const size = person.headScale;
  addLimb(mesh, {
    from: toWorld(head, scale([0, 0.042, 0.06], size)),
    to: toWorld(head, scale([0, 0.03, 0.15], size)),
    front: head.up,
    profile: [
      [0, 0.068 * size, 0.006, 0],
      [0.6, 0.062 * size, 0.006, 0],
      [1, 0.035 * size, 0.005, 0],
    ],
    part: part.hair,
    material: palette.cap,
    bindingAt: () => rigid(bone.head),
  });
}
