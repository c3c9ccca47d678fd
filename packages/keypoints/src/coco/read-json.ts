import { readFile } from 'node:fs/promises';
import { cannotBeRead, LimberError } from '@limber/files';

/** Whole numbers that a number of JavaScript cannot hold, where ids stand. */
const longId = /(?<="(?:id|image_id|category_id)"\s*:\s*)-?\d{16,}(?=\s*[,}\]])/g;

/**
 * Reads a JSON file. Ids too long for a number of JavaScript become texts.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` if it is not JSON.
 */
export async function readJson(file: string, expected: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw cannotBeRead(file, cause, { expected });
  });
  try {
    const json: unknown = JSON.parse(text);
    if (!hasLongIds(json)) return json;
    return JSON.parse(text.replaceAll(longId, keepLong));
  } catch (cause) {
    throw notJson({ file, expected, isEmpty: text.trim() === '' }, cause);
  }
}

/** A number of a file as JavaScript holds it; a whole number that it cannot hold stays a text. */
export function toNumber(digits: string): number | string {
  const value = Number(digits);
  const isLong = !Number.isSafeInteger(value) && /^-?\d+$/.test(digits);
  return isLong ? digits : value;
}

/** @returns {LimberError} `invalid-annotations` */
export function notJson(
  { file, expected, isEmpty }: { file: string; expected: string; isEmpty: boolean },
  cause: unknown,
): LimberError {
  const got = isEmpty ? 'an empty file' : oneLine(String(cause));
  const problem = { where: file, what: 'not JSON', expected, got };
  return new LimberError('invalid-annotations', problem, { cause });
}

function keepLong(digits: string): string {
  return typeof toNumber(digits) === 'string' ? `"${digits}"` : digits;
}

/** The lists of a dataset, and the fields of their items that hold ids. */
function hasLongIds(json: unknown): boolean {
  const { images, annotations, categories } = (json ?? {}) as Record<string, unknown>;
  return (
    [images, categories].some((list) => anyLong(list, 'id')) ||
    anyLong(annotations, 'id') ||
    anyLong(annotations, 'image_id') ||
    anyLong(annotations, 'category_id')
  );
}

function anyLong(list: unknown, field: 'id' | 'image_id' | 'category_id'): boolean {
  const isLong = (item: Record<string, unknown> | null): boolean => {
    const value = item?.[field];
    return Number.isInteger(value) && !Number.isSafeInteger(value);
  };
  return Array.isArray(list) && list.some(isLong);
}

/** The parser quotes the file, line breaks and control characters included. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\ufffd]+/g, ' ');
}
