import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LimberError } from '../errors/limber-error.ts';

/** A module of the user's own whose default export is a function. */
export interface OwnModule {
  /** The absolute path of its file. */
  readonly where: string;
  /** All that it exports; `default` is a function. */
  readonly exports: Readonly<Record<string, unknown>>;
}

/**
 * Loads a JavaScript file of the user's own that has a function as its default export.
 *
 * @param path - from `folder`, or absolute.
 * @param options.namedBy - the parameter that names the file, such as `model`.
 * @param options.kind - what the function is, such as `an architecture`.
 * @throws {LimberError} `missing-file` if the file cannot be loaded; `invalid-argument` if it has no default function.
 */
export async function loadOwnModule(
  path: string,
  {
    folder,
    namedBy,
    kind,
  }: { readonly folder: string; readonly namedBy: string; readonly kind: string },
): Promise<OwnModule> {
  const where = resolve(folder, path);
  const exports = await importFile(where, namedBy);
  if (typeof exports['default'] !== 'function') {
    throw new LimberError('invalid-argument', {
      where,
      what: `not ${kind}`,
      expected: 'a default export that is a function',
      got: typeof exports['default'],
    });
  }
  return { where, exports };
}

async function importFile(
  where: string,
  namedBy: string,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(where).href)) as Record<string, unknown>;
  } catch (cause) {
    const problem = {
      where,
      what: 'cannot be loaded',
      expected: `a JavaScript module with a default function, as ${namedBy} names it`,
      got: String(cause),
    };
    throw new LimberError('missing-file', problem, { cause });
  }
}
