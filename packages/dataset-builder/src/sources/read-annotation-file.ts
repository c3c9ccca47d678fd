import { readFile } from 'node:fs/promises';
import { cannotBeRead, LimberError } from '@limber/files';
import type { z } from 'zod';

/** @throws {LimberError} `missing-file` */
export async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((cause: unknown) => {
    throw cannotBeRead(file, cause, { expected: 'a file of annotations' });
  });
}

/**
 * Reads a JSON file of a known shape.
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` naming the file and the field.
 */
export async function readJsonOf<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(file);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const got = text.trim() === '' ? 'an empty file' : describeCause(cause);
    throw new LimberError('invalid-annotations', { where: file, what: 'not JSON', got }, { cause });
  }
  return parseShape(json, schema, file);
}

/** @throws {LimberError} `invalid-annotations` naming the file and the field. */
export function parseShape<T>(value: unknown, schema: z.ZodType<T>, file: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue!.path.map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
  );
  const place = path.join('').replace(/^\./, '');
  throw new LimberError('invalid-annotations', {
    where: place === '' ? file : `${file}: ${place}`,
    what: issue!.message,
  });
}

/** One line of what a parser says, without the control characters of the file that it quotes. */
export function describeCause(cause: unknown): string {
  const text = String(cause);
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\ufffd]+/g, ' ').trim();
}

/** Drops what multiplying a part by a size adds in the last digits: a millionth of a pixel. */
export function roundPx(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
