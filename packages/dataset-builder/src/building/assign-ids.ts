import type { SourceId } from '@limber/keypoints';
import type { SourceAnnotation, SourceItem } from '../sources/source.ts';
import type { IdOrigins } from './build-summary.ts';

/** The id of an image or person of a dataset, and that of its source where it is another. */
interface AssignedId {
  readonly id: number;
  readonly source_id?: SourceId;
}

/** The ids of a dataset's images and persons. */
export interface Ids {
  readonly ids: IdOrigins;
  readonly imageIdOf: (item: ImageOfSource) => AssignedId;
  readonly annotationIdOf: (annotation: SourceAnnotation) => AssignedId;
}

/** What the ids of an image and its persons are chosen by. */
type ImageOfSource = Pick<SourceItem, 'id' | 'source_id' | 'annotations'>;

/**
 * Keeps the ids of the sources where all are there, distinct and at least 1 (COCO's evaluation takes a person with
 * id 0 for none); else counts from 1 in the order of the sources, and says the source's id beside it.
 */
export function assignIds(items: readonly ImageOfSource[]): Ids {
  const images = chooseIds(items);
  const persons = chooseIds(items.flatMap(({ annotations }) => annotations));
  return {
    ids: { images: images.origin, annotations: persons.origin },
    imageIdOf: images.idOf,
    annotationIdOf: persons.idOf,
  };
}

interface Identified {
  readonly id?: number;
  readonly source_id?: SourceId;
}

function chooseIds<T extends Identified>(
  things: readonly T[],
): { readonly origin: 'kept' | 'renumbered'; readonly idOf: (thing: T) => AssignedId } {
  const isUsable = areDistinct(things);
  // of a million persons a map of their ids takes some hundred megabytes
  const counted = isUsable ? null : new Map(things.map((thing, index) => [thing, index + 1]));
  return {
    origin:
      isUsable && things.every(({ source_id }) => source_id === undefined) ? 'kept' : 'renumbered',
    idOf: (thing) => {
      const id = counted?.get(thing) ?? thing.id!;
      const source = thing.source_id ?? thing.id;
      return source === undefined || source === id ? { id } : { id, source_id: source };
    },
  };
}

/** Whether all have ids, and these are distinct numbers of at least 1. */
function areDistinct(things: readonly Identified[]): boolean {
  const ids = Float64Array.from(things, ({ id = 0 }) => id).sort();
  return ids.every((id, index) => id >= 1 && id !== ids[index - 1]);
}
