import { areaOfBox, countLabelled } from '@limber/keypoints/core';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { Convention } from './convention.ts';

/** Where the area of a true person comes from: its annotation, or 0.53 of its box (MMPose's `use_area=False`). */
export type PersonArea = 'annotation' | 'box';

/** The persons as another evaluation would see them, in their order. Frame: imagePx. */
export function adaptPersons(
  persons: readonly TruePerson[],
  convention: Convention,
  area: PersonArea,
): readonly TruePerson[] {
  const sized = area === 'box' ? persons.map(withAreaOfBox) : persons;
  if (convention === 'pycocotools') return sized;
  const freeId = persons.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;
  return sized.map((person) => ({
    ...person,
    id: person.id === 0 ? freeId : person.id,
    num_keypoints: countLabelled(person.keypoints),
  }));
}

function withAreaOfBox(person: TruePerson): TruePerson {
  // in the order that xtcocotools multiplies in: the last bit decides ties
  return { ...person, area: person.bbox[3] * person.bbox[2] * areaOfBox };
}
