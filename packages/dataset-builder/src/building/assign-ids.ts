import type { SourceId } from '@limber/keypoints';
import type { SourceAnnotation } from '../sources/source.ts';
import type { IdOrigins } from './build-summary.ts';
import type { StoredItem } from './store-images.ts';

/** The id of an image or person of a dataset, and that of its source where it is another. */
export interface AssignedId {
  readonly id: number;
  readonly source_id?: SourceId;
}

/** The ids of a dataset's images and persons. */
export interface Ids {
  readonly ids: IdOrigins;
  readonly imageIdOf: (item: StoredItem) => AssignedId;
  readonly annotationIdOf: (annotation: SourceAnnotation) => AssignedId;
}

/**
 * Keeps the ids of the sources where all are there, distinct and at least 1 (COCO's evaluation takes a person with
 * id 0 for none); else counts from 1 in the order of the sources, and says the source's id beside it.
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

interface Identified {
  readonly id?: number;
  readonly source_id?: SourceId;
}

function chooseIds<T extends Identified>(
  things: readonly T[],
): { readonly origin: 'kept' | 'renumbered'; readonly idOf: ReadonlyMap<T, AssignedId> } {
  const stated = things.map(({ id }) => id ?? 0);
  const isUsable = stated.every((id) => id >= 1) && new Set(stated).size === stated.length;
  return {
    origin:
      isUsable && things.every(({ source_id }) => source_id === undefined) ? 'kept' : 'renumbered',
    idOf: new Map(
      things.map((thing, index) => {
        const id = isUsable ? stated[index]! : index + 1;
        const source = thing.source_id ?? thing.id;
        return [thing, source === undefined || source === id ? { id } : { id, source_id: source }];
      }),
    ),
  };
}
