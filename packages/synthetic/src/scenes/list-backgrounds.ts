import { LimberError } from '@limber/files';
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

const extensions: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.webp']);

/**
 * The photographs in a folder and those below it, in the order of their names.
 *
 * @throws {LimberError} `missing-file` when there is no such folder, `invalid-argument` when it holds no photograph.
 */
export async function listBackgrounds(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    const where = `synthetic source: backgrounds: ${folder}`;
    const fix = 'Name a folder of photographs.';
    throw new LimberError('missing-file', { where, what: 'cannot be read', fix }, { cause });
  });
  // by code units, since a collation differs between machines
  const photographs = names
    .filter((name) => extensions.has(extname(name).toLowerCase()))
    .toSorted((a, b) => (a < b ? -1 : 1));
  if (photographs.length > 0) return photographs.map((name) => join(folder, name));
  throw new LimberError('invalid-argument', {
    where: `synthetic source: backgrounds: ${folder}`,
    what: 'no photographs',
    expected: `files that end in ${[...extensions].join(', ')}`,
  });
}
