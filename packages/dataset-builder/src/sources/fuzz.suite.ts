import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import type { Random } from '@limber/keypoints';
import { expect } from 'vitest';
import { buildDataset } from '../building/build-dataset.ts';
import type { FormatName } from './open-dataset.ts';
import { openDataset } from './open-dataset.ts';

/** `LIMBER_SOURCE_MUTATIONS=5000` is the long form. */
export const mutations: number = Number(process.env['LIMBER_SOURCE_MUTATIONS'] ?? 150);

/**
 * Builds `folder/data`, which may be damaged: it gives a whole dataset, or an error that names a place, and nothing is
 * left.
 *
 * @returns the error.
 */
export async function buildDamaged(
  folder: string,
  format: FormatName,
  round: number,
): Promise<LimberError | undefined> {
  const out = join(folder, 'out');
  const error = await openDataset(join(folder, 'data'), { format })
    .then(({ sources }) =>
      buildDataset({ sources, out, splits: { train: 1, val: 0, test: 0 }, seed: 1 }),
    )
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  const about = `round ${round}: ${String(error)}`;
  if (error === undefined) {
    expect(await readdir(out), about).toContain('dataset.json');
    await rm(out, { recursive: true });
    return undefined;
  }
  expect(error, about).toBeInstanceOf(LimberError);
  expect((error as LimberError).where ?? '', about).not.toBe('');
  expect((await readdir(folder)).toSorted(), about).toEqual(['data']);
  return error as LimberError;
}

const values = [
  'null',
  '-1',
  '1e999',
  '1e308',
  '0',
  '""',
  '[]',
  '{}',
  '"\\u0000"',
  '9007199254740993',
  'true',
  '../../etc/passwd',
  'NaN',
  '-',
  '<',
  '&x;',
  '"',
  '\n',
  '\u0000',
  ' ',
  '0.5',
  '"__proto__"',
  ': &a [*a]',
];

/** Changes one place of a text: a value, some characters, or an end that is missing. */
export function mutateText(text: string, random: Random): string {
  const at = random.integer(0, Math.max(0, text.length - 1));
  const rest = text.slice(at);
  switch (random.integer(0, 6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + random.pick(values) + rest;
    case 2:
      return text.slice(0, at) + rest.slice(random.integer(1, 12));
    case 3:
      return text.slice(0, at) + rest.replace(/-?\d+(\.\d+)?/, random.pick(values));
    case 4:
      return text.slice(0, at) + rest.replace(/"[^"]*"/, random.pick(values));
    case 5: {
      const from = random.integer(0, Math.max(0, text.length - 1));
      return text.slice(0, at) + text.slice(from, from + random.integer(1, 60)) + rest;
    }
    default:
      return text.slice(0, at) + String.fromCodePoint(random.integer(0, 255)) + rest.slice(1);
  }
}

/** Changes one place of a file that is no text. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const at = random.integer(0, bytes.length - 1);
  switch (random.integer(0, 3)) {
    case 0:
      return changed.subarray(0, at);
    case 1:
      changed[at] = random.integer(0, 255);
      return changed;
    case 2:
      return changed.fill(random.integer(0, 255), at, at + random.integer(1, 40));
    default:
      return changed.copyWithin(at, random.integer(0, bytes.length - 1));
  }
}
