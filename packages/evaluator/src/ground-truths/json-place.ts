import { LimberError } from '@limber/files';

/** A value of a JSON file and where it stands, for messages such as `gt.json: annotations[3] (id 7).bbox: …`. */
export interface JsonPlace {
  readonly file: string;
  /** Such as `annotations`; undefined for the whole file. */
  readonly list?: string;
  /** Of an item of the list, */
  readonly index?: number;
  /** its id where it is known, */
  readonly id?: number;
  /** and one of its fields. */
  readonly field?: string;
}

/** The error for a value that is not what it should be. */
export function unexpected(place: JsonPlace, expected: string, value: unknown): LimberError {
  const path = pathOf(place);
  const where = path === '' ? place.file : `${place.file}: ${path}`;
  const what = value === undefined ? 'missing' : 'not COCO keypoints';
  return new LimberError('invalid-annotations', { where, what, expected, got: describe(value) });
}

/** Put together only for a message: there is a place for every annotation of a file. */
function pathOf({ list = '', index, id, field }: JsonPlace): string {
  const item = index === undefined ? list : `${list}[${index}]`;
  const named = id === undefined ? item : `${item} (id ${id})`;
  return field === undefined ? named : `${named}.${field}`;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
