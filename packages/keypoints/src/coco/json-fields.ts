import { LimberError, nearestName } from '@limber/files';
import type { IdNumbers } from './id-numbers.ts';

/** An object of a JSON file. */
export type Fields = Readonly<Record<string, unknown>>;

/** A value of a JSON file and where it stands, for messages such as `gt.json: annotations[3] (id 7).bbox: …`. */
export interface JsonPlace {
  readonly file: string;
  /** Such as `annotations`; undefined for the whole file. */
  readonly list?: string;
  /** Of an item of the list, */
  readonly index?: number;
  /** its id where it is known, */
  readonly id?: number | string;
  /** and one of its fields. */
  readonly field?: string;
}

/** The lists of numbers in COCO, for messages. */
const numberLists = {
  keypoints: 'a list of numbers, x, y, v a joint',
  bbox: '4 numbers: x, y, width, height',
  sigmas: 'a number for each joint',
} as const;

/** @throws {LimberError} `invalid-annotations` */
export function objectAt(value: unknown, place: JsonPlace): Fields {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw unexpected(place, 'an object', { value });
}

/** @throws {LimberError} `invalid-annotations` */
export function listAt(fields: Fields, list: string, file: string): readonly unknown[] {
  const value = fields[list];
  if (Array.isArray(value)) return value;
  throw unexpected({ file, list }, 'a list', { value, fields });
}

/** @throws {LimberError} `invalid-annotations` */
export function integerAt(fields: Fields, field: string, place: JsonPlace): number {
  const value = fields[field];
  if (Number.isSafeInteger(value)) return value as number;
  throw unexpected({ ...place, field }, 'an integer', { value, fields });
}

/**
 * An id by the number that stands for it.
 *
 * @throws {LimberError} `invalid-annotations`
 */
export function idAt(
  fields: Fields,
  field: string,
  { place, ids }: { readonly place: JsonPlace; readonly ids: IdNumbers },
): number {
  const value = fields[field];
  const number = ids.numberOf(value);
  if (number !== undefined) return number;
  throw unexpected({ ...place, field }, 'an integer or a text', { value, fields });
}

/**
 * @returns undefined if there is no such field.
 * @throws {LimberError} `invalid-annotations`
 */
export function numberAt(fields: Fields, field: string, place: JsonPlace): number | undefined {
  const value = fields[field];
  if (value === undefined || typeof value === 'number') return value;
  throw unexpected({ ...place, field }, 'a number', { value });
}

/** @throws {LimberError} `invalid-annotations` */
export function numbersAt(
  fields: Fields,
  field: keyof typeof numberLists,
  place: JsonPlace,
): number[] {
  const value = fields[field];
  if (!Array.isArray(value) || (field === 'bbox' && value.length !== 4)) {
    throw unexpected({ ...place, field }, numberLists[field], { value, fields });
  }
  for (let index = 0; index < value.length; index++) {
    if (typeof value[index] === 'number') continue;
    throw unexpected({ ...place, field: `${field}[${index}]` }, 'a number', {
      value: value[index],
    });
  }
  return value as number[];
}

/**
 * The error for a value that is not what it should be.
 *
 * @param found.value - undefined if it is missing.
 * @param found.fields - the object that it is missing from; a similar name in it is pointed out.
 */
export function unexpected(
  place: JsonPlace,
  expected: string,
  { value, fields = {} }: { readonly value: unknown; readonly fields?: Fields },
): LimberError {
  const path = pathOf(place);
  const where = path === '' ? place.file : `${place.file}: ${path}`;
  const what = value === undefined ? 'missing' : 'not COCO keypoints';
  const name = place.field ?? place.list ?? '';
  const near = value === undefined ? nearestName(name, Object.keys(fields)) : undefined;
  return new LimberError('invalid-annotations', {
    where,
    what,
    expected,
    got: describe(value),
    ...(near === undefined ? {} : { fix: `Is "${near}" meant to be "${name}"?` }),
  });
}

/** Put together only for a message: there is a place for every annotation of a file. */
function pathOf({ list = '', index, id, field }: JsonPlace): string {
  const item = index === undefined ? list : `${list}[${index}]`;
  const named = id === undefined || item === '' ? item : `${item} (id ${id})`;
  return field === undefined || named === '' ? (field ?? named) : `${named}.${field}`;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === 'object') return 'an object';
  const text = typeof value === 'number' ? `${value}` : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
