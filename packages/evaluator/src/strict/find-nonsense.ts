import type { GroundTruth } from '../ground-truths/ground-truth.ts';
import type { ResultTable } from '../results/result-table.ts';
import type { Nonsense } from './nonsense.ts';
import { areFinite, nonsenseInPerson, nonsenseInResult } from './nonsense.ts';

/** A fault and where it is. */
export interface Finding extends Nonsense {
  /** Such as `results[12]`. */
  readonly item: string;
  /** The place in the list of annotations or results. */
  readonly index: number;
}

/** The faults of the ground truth, at most one for each annotation. */
export function findInPersons(
  { images, annotations }: GroundTruth,
  joints: number,
  categoryIds: readonly number[],
): Finding[] {
  const imageIds = new Set(images.map(({ id }) => id));
  const seen = new Set<number>();
  const findings: Finding[] = [];
  for (const [index, person] of annotations.entries()) {
    const { id, image_id, category_id } = person;
    const nonsense =
      nonsenseInPerson(person, joints) ??
      (seen.has(id) ? repeatedId(id) : undefined) ??
      (imageIds.has(image_id) ? undefined : unknownImage(image_id)) ??
      unknownCategory(category_id, categoryIds);
    seen.add(id);
    if (nonsense) findings.push({ ...nonsense, item: `annotations[${index}] (id ${id})`, index });
  }
  return findings;
}

/** The faults of the results, at most one for each result. */
export function findInResults(
  table: ResultTable,
  joints: number,
  categoryIds: readonly number[],
): Finding[] {
  const findings: Finding[] = [];
  if (isSound(table, joints, categoryIds)) return findings;
  for (let index = 0; index < table.length; index++) {
    const nonsense =
      nonsenseInResult(table, index, joints) ??
      unknownCategory(table.categoryIds[index]!, categoryIds);
    if (nonsense) findings.push({ ...nonsense, item: `results[${index}]`, index });
  }
  return findings;
}

/** Whether no result has a fault, found out in one pass over each column. */
function isSound(table: ResultTable, joints: number, ids: readonly number[]): boolean {
  const { length, keypointStarts, categoryIds } = table;
  for (let row = 0; row < length; row++) {
    if (keypointStarts[row + 1]! - keypointStarts[row]! !== 3 * joints) return false;
    if (!ids.includes(categoryIds[row]!)) return false;
  }
  return areFinite(table.keypoints) && areFinite(table.scores) && areFinite(table.boxes);
}

function repeatedId(id: number): Nonsense {
  return {
    code: 'invalid-annotations',
    field: 'id',
    what: 'an id twice',
    expected: 'distinct ids',
    got: `${id}`,
    effect: 'pycocotools puts the later annotation in the place of the earlier one.',
  };
}

function unknownImage(imageId: number): Nonsense {
  return {
    code: 'invalid-annotations',
    field: 'image_id',
    what: 'no such image',
    expected: 'the id of one of "images"',
    got: `${imageId}`,
    effect: 'pycocotools leaves the person out without a word.',
  };
}

function unknownCategory(id: number, categoryIds: readonly number[]): Nonsense | undefined {
  if (categoryIds.includes(id)) return undefined;
  return {
    code: 'invalid-annotations',
    field: 'category_id',
    what: 'not a category that is scored',
    expected: categoryIds.join(' or '),
    got: `${id}`,
    effect: 'pycocotools leaves it out without a word.',
  };
}
