import type { Frame } from '../geometry/frame.ts';
import { toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { add, addScaled, scale, subtract } from '../geometry/vector.ts';
import type { HairStyle } from '../people/appearance.ts';
import { headRings, headSegments } from './head.ts';
import { addLimb } from './limb.ts';
import { addLoft } from './loft.ts';
import type { Mesh } from './mesh.ts';
import type { Palette } from './palette.ts';
import { part } from './part.ts';
import { profileOf } from './profile.ts';

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
export function addHair(
  mesh: Mesh,
  head: Frame,
  chest: Frame,
  size: number,
  style: HairStyle,
  palette: Palette,
): void {
  if (style === 'bald') return;
  if (style === 'cap') {
    addShell(mesh, head, size, hairlines.short, 0.006, palette.hair);
    addShell(mesh, head, size, hairlines.cap, hairlines.cap.volume, palette.cap);
    addBrim(mesh, head, size, palette.cap);
    return;
  }
  addShell(mesh, head, size, hairlines[style], hairlines[style].volume, palette.hair);
  const strand = (from: Vec3, to: Vec3, width: number, thickness: number): void =>
    addLimb(mesh, {
      from,
      to,
      front: head.front,
      profile: profileOf([
        [0, width * 0.8, thickness * 0.8, 0],
        [0.35, width, thickness, 0],
        [1, width * 0.6, thickness * 0.5, 0],
      ]),
      part: part.hair,
      material: palette.hair,
    });
  const at = (x: number, y: number, z: number): Vec3 => toWorld(head, scale([x, y, z], size));
  const down = scale(add(scale(chest.up, 0.5), head.up), -1);
  if (style === 'long') {
    const top = at(0, 0.0, -0.07);
    strand(
      top,
      addScaled(addScaled(top, down, 0.2), chest.front, -0.035),
      0.085 * size,
      0.04 * size,
    );
  } else if (style === 'ponytail') {
    const top = at(0, 0.035, -0.105);
    strand(top, add(at(0, 0.02, -0.125), [0, -0.19, 0]), 0.026 * size, 0.026 * size);
  } else if (style === 'bun') {
    strand(at(0, 0.075, -0.085), at(0, 0.09, -0.115), 0.042 * size, 0.042 * size);
  }
}

/** A larger head that dips under the skin below the hairline. */
function addShell(
  mesh: Mesh,
  head: Frame,
  size: number,
  line: Hairline,
  volume: number,
  material: number,
): void {
  const middle = toWorld(head, [0, 0, -0.005]);
  addLoft(mesh, headRings(head, size, volume), {
    segments: headSegments,
    part: part.hair,
    material,
    shape: (point, angle, along) => {
      const edge = hairlineAt(line, angle);
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

function addBrim(mesh: Mesh, head: Frame, size: number, material: number): void {
  addLimb(mesh, {
    from: toWorld(head, scale([0, 0.042, 0.06], size)),
    to: toWorld(head, scale([0, 0.03, 0.15], size)),
    front: head.up,
    profile: profileOf([
      [0, 0.068 * size, 0.006, 0],
      [0.6, 0.062 * size, 0.006, 0],
      [1, 0.035 * size, 0.005, 0],
    ]),
    part: part.hair,
    material,
  });
}
