import { LimberError } from '@limber/keypoints/core';

/** A value of a JSON file and where it stands, for messages such as `gt.json: annotations[3] (id 7).bbox: …`. */
export interface JsonPlace {
  readonly file: string;
  /** Such as `annotations[3] (id 7)`; empty for the whole file. */
  readonly path: string;
}

/** The error for a value that is not what it should be. */
export function unexpected(place: JsonPlace, expected: string, value: unknown): LimberError {
  const where = place.path === '' ? place.file : `${place.file}: ${place.path}`;
  const what = value === undefined ? 'missing' : 'not COCO keypoints';
  return new LimberError('invalid-annotations', { where, what, expected, got: describe(value) });
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
