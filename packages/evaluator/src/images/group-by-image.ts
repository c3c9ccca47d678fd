import { LimberError } from '@limber/files';
import type { GroundTruth, TruePerson } from '../ground-truths/ground-truth.ts';
import type { ResultTable } from '../results/result-table.ts';

/** One image with who is in it and what was found. */
export interface ImageGroup {
  readonly id: number;
  readonly persons: readonly TruePerson[];
  /** Rows of the table of results, in their order. */
  readonly rows: Uint32Array;
}

/**
 * Sorts persons and results into their images, images by ascending id.
 *
 * An annotation whose id comes again later in the file is replaced by that later one wherever it stands, as in
 * pycocotools, whose index of annotations holds one for each id.
 *
 * @throws {LimberError} `invalid-annotations` for a result in an image that the ground truth does not have.
 */
export function groupByImage(
  groundTruth: Pick<GroundTruth, 'images' | 'annotations'>,
  table: ResultTable,
  categoryIds: readonly number[],
): ImageGroup[] {
  const ids = [...new Set(groundTruth.images.map(({ id }) => id))].toSorted((a, b) => a - b);
  const places = new Map(ids.map((id, place) => [id, place]));
  const persons: TruePerson[][] = ids.map(() => []);
  const annotations = resolveIds(groundTruth, categoryIds) ?? groundTruth.annotations;
  for (const person of annotations) persons[places.get(person.image_id) ?? -1]?.push(person);
  const rows = sortRows(table, places);
  return ids.map((id, place) => ({ id, persons: persons[place]!, rows: rows[place]! }));
}

/** @returns undefined where no id comes twice. */
function resolveIds(
  { images, annotations }: Pick<GroundTruth, 'images' | 'annotations'>,
  categoryIds: readonly number[],
): TruePerson[] | undefined {
  const byId = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  if (byId.size === annotations.length) return undefined;
  const imageIds = new Set(images.map(({ id }) => id));
  return annotations
    .filter(({ image_id, category_id }) => {
      return imageIds.has(image_id) && categoryIds.includes(category_id);
    })
    .toSorted((a, b) => a.image_id - b.image_id)
    .map(({ id }) => byId.get(id)!);
}

/** The rows of each image: counted, then dealt out. */
function sortRows({ length, imageIds }: ResultTable, places: Map<number, number>): Uint32Array[] {
  const placeOfRow = new Uint32Array(length);
  const ends = new Uint32Array(places.size + 1);
  for (let row = 0; row < length; row++) {
    const place = places.get(imageIds[row]!);
    if (place === undefined) throw unknownImage(row, imageIds[row]!);
    placeOfRow[row] = place;
    ends[place + 1]!++;
  }
  for (let place = 1; place < ends.length; place++) ends[place]! += ends[place - 1]!;
  const rows = new Uint32Array(length);
  const next = ends.slice();
  for (let row = 0; row < length; row++) rows[next[placeOfRow[row]!]!++] = row;
  return Array.from({ length: places.size }, (_, place) =>
    rows.subarray(ends[place], ends[place + 1]),
  );
}

function unknownImage(row: number, imageId: number): LimberError {
  return new LimberError('invalid-annotations', {
    where: `results[${row}].image_id`,
    what: 'no such image',
    expected: 'the id of one of "images"',
    got: `${imageId}`,
    fix: 'Are these the results of another dataset? pycocotools refuses them too.',
  });
}
