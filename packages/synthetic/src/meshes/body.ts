import { sides } from '../people/person.ts';
import type { DressedBody } from './dressed-body.ts';
import { addHair } from './hair.ts';
import { addHead } from './head.ts';
import { addArm, addLeg } from './limbs.ts';
import type { Mesh } from './mesh.ts';
import { addTorso } from './torso.ts';

/** Adds a whole person in a pose, with hair and clothes. World metres. */
export function addBody(mesh: Mesh, body: DressedBody): void {
  addTorso(mesh, body);
  for (const side of sides) {
    addArm(mesh, body, side);
    addLeg(mesh, body, side);
  }
  addHead(mesh, body);
  addHair(mesh, body);
}
