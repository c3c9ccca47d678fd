import type { SourceAnnotation } from '../sources/source.ts';
import type { IdOrigins } from './build-summary.ts';
import type { StoredItem } from './store-images.ts';

/** The ids of a dataset's images and persons. */
export interface Ids {
  readonly ids: IdOrigins;
  readonly imageIdOf: (item: StoredItem) => number;
  readonly annotationIdOf: (annotation: SourceAnnotation) => number;
}

/**
 * Keeps the ids of the sources where all are there, distinct and at least 1 (COCO's evaluation takes a person with
 * id 0 for none); else counts from 1 in the order of the sources.
 */
export function assignIds(items: readonly StoredItem[]): Ids {
  const annotations = items.flatMap((item) => item.annotations);
  const images = chooseIds(items);
  const persons = chooseIds(annotations);
  return {
    ids: { images: images.origin, annotations: persons.origin },
    imageIdOf: (item) => images.idOf.get(item)!,
    annotationIdOf: (annotation) => persons.idOf.get(annotation)!,
  };
}

function chooseIds<T extends { readonly id?: number }>(
  things: readonly T[],
): { readonly origin: 'kept' | 'renumbered'; readonly idOf: ReadonlyMap<T, number> } {
  const stated = things.map(({ id }) => id ?? 0);
  const isUsable = stated.every((id) => id >= 1) && new Set(stated).size === stated.length;
  return {
    origin: isUsable ? 'kept' : 'renumbered',
    idOf: new Map(things.map((thing, index) => [thing, isUsable ? stated[index]! : index + 1])),
  };
}
