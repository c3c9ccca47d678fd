import type { Frame } from '../geometry/frame.ts';
import { toWorld } from '../geometry/frame.ts';
import { add, addScaled, normalize, scale } from '../geometry/vector.ts';
import type { Person } from '../people/person.ts';

/** Rise of the shoulders' middle to the base of the neck, and of the neck's top to the eyes, for a head of 0.228 m. */
const neckBase = 0.045;
const neckToEyes = 0.07;

/** Puts a head that is turned as `turned` on a chest: the neck goes half the way. */
export function attachHead(person: Person, chest: Frame, turned: Frame): Frame {
  const neck = normalize(add(chest.up, scale(turned.up, 1.2)));
  const bottom = toWorld(chest, [0, neckBase, -0.01]);
  const top = addScaled(bottom, neck, person.neck);
  const eyes = addScaled(top, turned.up, neckToEyes * person.headScale);
  return { ...turned, origin: addScaled(eyes, turned.front, 0.015) };
}
