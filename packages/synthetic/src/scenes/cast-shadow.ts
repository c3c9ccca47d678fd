import type { Vec3 } from '../geometry/vector.ts';
import type { ShadowMap } from '../rendering/shadow-map.ts';
import type { Backdrop } from './backdrop.ts';

/** Something near the floor that keeps light from it: a foot, a box. World metres. */
export interface Contact {
  readonly place: Vec3;
  readonly radius: number;
  /** 0 to 1. */
  readonly strength: number;
}

/** What keeps light from floor and walls. */
export interface Shade {
  readonly shadows: ShadowMap;
  /** Of the shadows' edges, metres. */
  readonly blur: number;
  readonly contacts: readonly Contact[];
}

/** How far from the middle of the scene shadows are drawn, metres. */
const shadowReach = 3.2;

/**
 * Darkens floor and walls where something keeps the lamp from them, and softly below what nearly touches the floor.
 *
 * @param colors - linear red, green, blue of every pixel; written.
 */
export function castShadow(colors: Float32Array, backdrop: Backdrop, shade: Shade): void {
  const { places, lampShare } = backdrop;
  const { shadows, blur, contacts } = shade;
  const point: [number, number, number] = [Number.NaN, Number.NaN, Number.NaN];
  for (let at = 0; at < lampShare.length; at++) {
    const x = places[at * 3]!;
    const y = places[at * 3 + 1]!;
    const z = places[at * 3 + 2]!;
    // also skips the sky, whose place is NaN
    if (!(Math.abs(x) < shadowReach && Math.abs(z) < shadowReach)) continue;
    const lamp = lampShare[at]!;
    let factor = 1;
    if (lamp > 0.01) {
      point[0] = x;
      point[1] = y;
      point[2] = z;
      // most places are lit, and this is quicker to say
      if (shadows.isNearShadow(point, blur)) {
        factor = 1 - lamp * (1 - shadows.litShare(point, blur, 0.03));
      }
    }
    for (let index = 0; index < contacts.length; index++) {
      const { place, radius, strength } = contacts[index]!;
      const dx = (x - place[0]) / radius;
      const dz = (z - place[2]) / radius;
      const distance = dx * dx + dz * dz;
      if (distance < 4 && y < radius) factor *= 1 - strength * Math.exp(-distance * 1.2);
    }
    if (factor === 1) continue;
    colors[at * 3] = colors[at * 3]! * factor;
    colors[at * 3 + 1] = colors[at * 3 + 1]! * factor;
    colors[at * 3 + 2] = colors[at * 3 + 2]! * factor;
  }
}
