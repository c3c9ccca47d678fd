import type { Pose } from '../motions/pose.ts';
import type { Appearance } from '../people/appearance.ts';
import type { Person } from '../people/person.ts';
import { addHair } from './hair.ts';
import { addHead } from './head.ts';
import { addLimbs } from './limbs.ts';
import type { Mesh } from './mesh.ts';
import type { Palette } from './palette.ts';
import { addTorso } from './torso.ts';

/** Adds a whole person in a pose, with hair and clothes. World metres. */
export function addBody(
  mesh: Mesh,
  pose: Pose,
  person: Person,
  appearance: Appearance,
  palette: Palette,
): void {
  addTorso(mesh, pose, person, appearance, palette);
  addLimbs(mesh, pose, person, appearance, palette);
  addHead(mesh, pose.head, person.headScale, palette);
  addHair(mesh, pose.head, pose.chest, person.headScale, appearance.hair, palette);
}
