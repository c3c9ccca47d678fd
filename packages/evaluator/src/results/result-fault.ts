import type { CocoResult } from './coco-result.ts';

/** What is wrong with an entry of a result file. */
export interface ResultFault {
  /** Such as `keypoints[3]`; undefined for the entry itself. */
  readonly field?: string;
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

/** Whether an entry has every field that the evaluation reads. It runs over every number of a file. */
export function isResult(entry: unknown): entry is CocoResult {
  const { image_id, category_id, keypoints, score, bbox } = (entry ?? {}) as CocoResult;
  return (
    Number.isInteger(image_id) &&
    Number.isInteger(category_id) &&
    typeof score === 'number' &&
    areNumbers(keypoints) &&
    (bbox === undefined || (areNumbers(bbox) && (bbox.length === 4 || bbox.length === 0)))
  );
}

function areNumbers(value: unknown): value is number[] {
  if (!Array.isArray(value)) return false;
  for (let at = 0; at < value.length; at++) if (typeof value[at] !== 'number') return false;
  return true;
}

/** Says why {@link isResult} does not hold. */
export function findFault(entry: unknown): ResultFault {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) {
    return notAResult(describe(entry));
  }
  const fields = entry as Readonly<Record<string, unknown>>;
  return (
    findWrongId(fields, 'image_id') ??
    findWrongId(fields, 'category_id') ??
    findWrongScore(fields['score']) ??
    findWrongList(
      'keypoints',
      fields['keypoints'],
      'a list of numbers, x, y and score for each joint',
    ) ??
    findWrongList('bbox', fields['bbox'], boxNumbers) ??
    findWrongLength(fields['bbox']) ??
    missingField(fields)
  );
}

const boxNumbers = '4 numbers: x, y, width, height';

function findWrongId(
  fields: Readonly<Record<string, unknown>>,
  field: string,
): ResultFault | undefined {
  const id = fields[field];
  if (id === undefined || Number.isInteger(id)) return undefined;
  return { field, what: 'not an id', expected: 'an integer', got: describe(id) };
}

function findWrongScore(score: unknown): ResultFault | undefined {
  if (score === undefined || typeof score === 'number') return undefined;
  return { field: 'score', what: 'not a score', expected: 'a number', got: describe(score) };
}

function findWrongList(field: string, value: unknown, expected: string): ResultFault | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return { field, what: 'not a list', expected, got: describe(value) };
  const at = value.findIndex((item) => typeof item !== 'number');
  if (at === -1) return undefined;
  const got = describe(value[at]);
  return { field: `${field}[${at}]`, what: 'not a number', expected: 'a number', got };
}

function findWrongLength(box: unknown): ResultFault | undefined {
  if (!Array.isArray(box) || box.length === 4 || box.length === 0) return undefined;
  return { field: 'bbox', what: 'wrong length', expected: boxNumbers, got: `${box.length}` };
}

function missingField(fields: Readonly<Record<string, unknown>>): ResultFault {
  const required = ['image_id', 'category_id', 'score', 'keypoints'];
  const field = required.find((name) => fields[name] === undefined)!;
  return { field, what: 'missing', expected: 'a value', got: 'none' };
}

/** The fault of an entry that is no object. */
export function notAResult(got: string): ResultFault {
  return { what: 'not a result', expected: 'an object', got };
}

function describe(value: unknown): string {
  return typeof value === 'number' ? `${value}` : firstTokenOf(JSON.stringify(value));
}

/** The first value or mark of JSON whose bytes were read as Latin-1; of an object or list its bracket. */
export function firstTokenOf(text: string): string {
  return /^(?:[[\]{},]|[^\n[\]{},]*)/.exec(startOf(text))![0].trim();
}

/** The first characters of text whose bytes were read as Latin-1, as they read in UTF-8. */
export function startOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8').slice(0, 40);
}
