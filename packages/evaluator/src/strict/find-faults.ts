import type { LimberErrorCode } from '@limber/files';
import { countLabelled } from '@limber/keypoints';
import type { GroundTruth, TruePerson } from '../ground-truths/ground-truth.ts';
import type { ResultTable } from '../results/result-table.ts';

/** Something that pycocotools takes without a word, or that stops it with an error that does not name it. */
export interface Fault {
  readonly code: Extract<LimberErrorCode, 'invalid-annotations' | 'shape-mismatch'>;
  /** Such as `keypoints[3]`. */
  readonly field: string;
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  /** What it does to AP, as one sentence. */
  readonly effect: string;
}

/** The first thing in an annotation that makes AP wrong. */
export function faultOfPerson(person: TruePerson, joints: number): Fault | undefined {
  const { id, keypoints, bbox, area } = person;
  if (id === 0) {
    return {
      code: 'invalid-annotations',
      field: 'id',
      what: 'id 0',
      expected: 'an id other than 0',
      got: '0',
      effect: 'pycocotools takes 0 for "no match", so finding this person counts as a mistake.',
    };
  }
  if (keypoints.length !== 3 * joints) return wrongLength(keypoints.length, joints);
  const effect = 'pycocotools matches this person with anyone, since NaN is less than nothing.';
  const field = firstNotFinite(keypoints, 'keypoints') ?? firstNotFinite(bbox, 'bbox');
  if (field !== undefined) return notFinite(field.name, field.value, effect);
  if (!Number.isFinite(area)) return notFinite('area', area, effect);
  return faultOfArea(person) ?? faultOfCount(person);
}

/** A person that does not count may have no area; a negative one takes results away even so. */
function faultOfArea({ area, iscrowd, num_keypoints }: TruePerson): Fault | undefined {
  if (area > 0 || (area === 0 && (iscrowd === 1 || num_keypoints === 0))) return undefined;
  return {
    code: 'invalid-annotations',
    field: 'area',
    what: 'not an area',
    expected: 'a number > 0',
    got: `${area}`,
    effect:
      area < 0
        ? 'pycocotools does not count this person, and ignores the result that is farthest from it.'
        : 'pycocotools finds this person only where every joint is exact, and takes it for missed elsewhere.',
  };
}

function faultOfCount({ keypoints, num_keypoints }: TruePerson): Fault | undefined {
  const counted = countLabelled(keypoints);
  if (num_keypoints === counted) return undefined;
  return {
    code: 'invalid-annotations',
    field: 'num_keypoints',
    what: 'disagrees with the joints',
    expected: `${counted}, as many as have v > 0`,
    got: `${num_keypoints}`,
    effect: effectOfCount(num_keypoints, counted),
  };
}

function effectOfCount(stated: number, counted: number): string {
  if (stated === 0) return 'pycocotools goes by it, and does not count this person.';
  return counted > 0
    ? 'pycocotools reads only whether it is 0, so AP is the same.'
    : 'pycocotools goes by it, counts this person, and compares it by its box.';
}

/** The first thing in a result that makes AP wrong. */
export function faultOfResult(table: ResultTable, row: number, joints: number): Fault | undefined {
  const start = table.keypointStarts[row]!;
  const end = table.keypointStarts[row + 1]!;
  if (end - start !== 3 * joints) return wrongLength(end - start, joints);
  if (!areFinite(table.keypoints, start, end)) {
    const joint = firstNotFinite(table.keypoints.subarray(start, end), 'keypoints')!;
    return notFinite(joint.name, joint.value, effectOfJoint(joint));
  }
  const score = table.scores[row]!;
  if (!Number.isFinite(score)) {
    return notFinite('score', score, 'pycocotools ranks a NaN score last of all.');
  }
  // all 0 where there is none
  if (areFinite(table.boxes, 4 * row, 4 * row + 4)) return undefined;
  const side = firstNotFinite(table.boxes.subarray(4 * row, 4 * row + 4), 'bbox')!;
  return notFinite(side.name, side.value, 'pycocotools counts its area as within every range.');
}

function effectOfJoint({ index, value }: { index: number; value: number }): string {
  if (index % 3 === 2) return 'pycocotools does not read the scores of joints.';
  return Number.isNaN(value)
    ? 'pycocotools matches it with anyone, since NaN is less than nothing, and AP rises.'
    : 'pycocotools takes the joint for missed, and its area for boundless.';
}

function wrongLength(length: number, joints: number): Fault {
  return {
    code: 'shape-mismatch',
    field: 'keypoints',
    what: 'wrong length',
    expected: `${3 * joints} numbers (${joints} x [x, y, v or score])`,
    got: `${length}`,
    effect: 'pycocotools stops here, or counts it as a mistake where the image has no persons.',
  };
}

function notFinite(field: string, value: number, effect: string): Fault {
  const what = 'not finite';
  return {
    code: 'invalid-annotations',
    field,
    what,
    expected: 'a number',
    got: `${value}`,
    effect,
  };
}

/** A number less itself is 0 unless it is NaN or infinite. */
function areFinite(values: Float64Array, start: number, end: number): boolean {
  let sum = 0;
  for (let at = start; at < end; at++) sum += values[at]! - values[at]!;
  return sum === 0;
}

function firstNotFinite(
  values: ArrayLike<number>,
  name: string,
): { name: string; index: number; value: number } | undefined {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!Number.isFinite(value)) return { name: `${name}[${index}]`, index, value };
  }
  return undefined;
}

/** A fault and where it is. */
export interface FaultInList extends Fault {
  /** Such as `results[12]`. */
  readonly item: string;
  /** The place in the list of annotations or results. */
  readonly index: number;
}

/** The faults of the ground truth, at most one for each annotation. */
export function findPersonFaults(
  { images, annotations }: GroundTruth,
  joints: number,
  categoryIds: readonly number[],
): FaultInList[] {
  const imageIds = new Set(images.map(({ id }) => id));
  const seen = new Set<number>();
  const faults: FaultInList[] = [];
  for (const [index, person] of annotations.entries()) {
    const { id, image_id, category_id } = person;
    const fault =
      faultOfPerson(person, joints) ??
      (seen.has(id) ? repeatedId(id) : undefined) ??
      (imageIds.has(image_id) ? undefined : unknownImage(image_id)) ??
      unknownCategory(category_id, categoryIds);
    seen.add(id);
    if (fault) faults.push({ ...fault, item: `annotations[${index}] (id ${id})`, index });
  }
  return faults;
}

/** The faults of the results, at most one for each result. */
export function findResultFaults(
  table: ResultTable,
  joints: number,
  categoryIds: readonly number[],
): FaultInList[] {
  const faults: FaultInList[] = [];
  for (let index = 0; index < table.length; index++) {
    const fault =
      faultOfResult(table, index, joints) ??
      unknownCategory(table.categoryIds[index]!, categoryIds);
    if (fault) faults.push({ ...fault, item: `results[${index}]`, index });
  }
  return faults;
}

function repeatedId(id: number): Fault {
  return {
    code: 'invalid-annotations',
    field: 'id',
    what: 'an id twice',
    expected: 'distinct ids',
    got: `${id}`,
    effect: 'pycocotools puts the later annotation in the place of the earlier one.',
  };
}

function unknownImage(imageId: number): Fault {
  return {
    code: 'invalid-annotations',
    field: 'image_id',
    what: 'no such image',
    expected: 'the id of one of "images"',
    got: `${imageId}`,
    effect: 'pycocotools leaves the person out without a word.',
  };
}

function unknownCategory(id: number, categoryIds: readonly number[]): Fault | undefined {
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
