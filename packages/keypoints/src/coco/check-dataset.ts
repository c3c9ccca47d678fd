import { LimberError } from '@limber/files';
import type { CocoAnnotation, CocoFile, CocoFileCategory } from './coco-dataset.ts';
import type { SourceId } from './id-numbers.ts';

/**
 * Checks what a training set must hold beyond the kind of each value: ids are distinct, references exist, every annotation
 * has 3 K numbers in their ranges.
 *
 * @throws {LimberError} `invalid-annotations` at the first fault, naming file, id and field.
 */
export function checkDataset(
  { images, annotations, places }: Pick<CocoFile, 'images' | 'annotations' | 'places'>,
  category: CocoFileCategory,
  file: string,
): void {
  const imageIds = distinctIds(images, `${file}: images`);
  distinctIds(annotations, `${file}: annotations`, places);
  const faults = annotations.flatMap((annotation, index) =>
    findFaults(annotation, category, imageIds).map((fault) => ({
      ...fault,
      where: `${file}: annotations[${places?.[index] ?? index}] (id ${annotation.source_id ?? annotation.id}).${fault.field}`,
    })),
  );
  const [first] = faults;
  if (first === undefined) return;
  const more = faults.length - 1;
  const others = more === 0 ? '' : ` (and ${more} more ${more === 1 ? 'fault' : 'faults'})`;
  throw new LimberError('invalid-annotations', { ...first, got: `${first.got}${others}` });
}

function distinctIds(
  items: readonly { readonly id: number; readonly source_id?: SourceId }[],
  where: string,
  places?: readonly number[],
): Set<number> {
  const ids = new Set<number>();
  for (const [index, { id, source_id }] of items.entries()) {
    if (ids.has(id)) {
      throw new LimberError('invalid-annotations', {
        where: `${where}[${places?.[index] ?? index}].id`,
        what: 'an id twice',
        expected: 'distinct ids',
        got: `${source_id ?? id}`,
      });
    }
    ids.add(id);
  }
  return ids;
}

interface Fault {
  readonly field: string;
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  readonly fix?: string;
}

function findFaults(
  annotation: CocoAnnotation,
  category: CocoFileCategory,
  imageIds: ReadonlySet<number>,
): Fault[] {
  const { image_id, category_id, keypoints, bbox, area, num_keypoints } = annotation;
  const faults: Fault[] = [];
  if (!imageIds.has(image_id)) {
    const expected = 'the id of one of "images"';
    faults.push({ field: 'image_id', what: 'no such image', expected, got: `${image_id}` });
  }
  if (category_id !== category.id) {
    const expected = `${category.id} ("${category.name}")`;
    faults.push({
      field: 'category_id',
      what: 'no such category',
      expected,
      got: `${category_id}`,
    });
  }
  const joints = category.keypoints.length;
  if (keypoints.length !== joints * 3) {
    faults.push({
      field: 'keypoints',
      what: 'wrong length',
      expected: `${joints * 3} numbers (${joints} x [x, y, v])`,
      got: `${keypoints.length}`,
      fix: 'Is this another skeleton? List its joints in categories[].keypoints.',
    });
  }
  // a loop over entries() takes three times as long, and there are many numbers
  for (let at = 0; at < keypoints.length; at++) {
    const value = keypoints[at]!;
    const isVisibility = at % 3 === 2;
    if (isVisibility ? value === 0 || value === 1 || value === 2 : Number.isFinite(value)) continue;
    const field = `keypoints[${at}]`;
    if (!isVisibility) {
      faults.push({ field, what: 'not finite', expected: 'a number', got: `${value}` });
    } else {
      const what = `not a visibility (${category.keypoints[(at - 2) / 3]})`;
      const expected = '0 not labelled, 1 hidden or 2 visible';
      faults.push({ field, what, expected, got: `${value}` });
    }
  }
  for (let at = 0; at < bbox.length; at++) {
    const value = bbox[at]!;
    if (Number.isFinite(value) && (at < 2 || value >= 0)) continue;
    const field = `bbox[${at}]`;
    const expected = at < 2 ? 'a number' : 'a number >= 0';
    faults.push({ field, what: 'not a box', expected, got: `${value}` });
  }
  if (!(area >= 0 && area < Infinity)) {
    faults.push({ field: 'area', what: 'not an area', expected: 'a number >= 0', got: `${area}` });
  }
  if (!(Number.isInteger(num_keypoints) && num_keypoints >= 0)) {
    const [field, expected] = ['num_keypoints', 'an integer >= 0'];
    faults.push({ field, what: 'not a count', expected, got: `${num_keypoints}` });
  }
  return faults;
}
