import { existsSync, realpathSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exports, imports } from 'resolve.exports';
import { readJson } from '../store/read-if-there.ts';

/** What an import leads to. */
type ImportTarget =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'package'; readonly folder: string }
  | { readonly type: 'builtin' }
  | { readonly type: 'unresolved'; readonly specifier: string };

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly main?: string;
  readonly exports?: unknown;
  readonly imports?: unknown;
}

/** Finds what an import in the file `importer` leads to. */
export type ImportResolver = (specifier: string, importer: string) => ImportTarget;

/**
 * Follows imports by Node's rules for ES modules.
 *
 * A package installed below `node_modules` is a version; one that is linked there from the
 * workspace is the file itself, because its content can change without a new version.
 *
 * The resolver remembers where everything is, so it is to be used for a short while only.
 */
export function createImportResolver(): ImportResolver {
  const homes = new Map<string, string | undefined>();
  const targets = new Map<string, ImportTarget>();
  const homeOf = (folder: string): string | undefined => {
    if (!homes.has(folder)) homes.set(folder, findUpwards(folder, 'package.json'));
    return homes.get(folder);
  };
  return (specifier, importer) => {
    if (isBuiltin(specifier)) return { type: 'builtin' };
    if (specifier.startsWith('file:')) return fileTarget(fileURLToPath(specifier), specifier);
    const folder = dirname(importer);
    const isRelative = /^\.{0,2}\//.test(specifier);
    const home = homeOf(folder);
    const path = isRelative ? resolve(folder, specifier) : `${home ?? folder} ${specifier}`;
    const known = targets.get(path);
    if (known !== undefined) return known;
    const find = (): ImportTarget => {
      if (isRelative) return fileTarget(path, specifier);
      const isInner = specifier.startsWith('#');
      return isInner ? resolveInner(specifier, home) : resolvePackage(specifier, folder, home);
    };
    const target = find();
    targets.set(path, target);
    return target;
  };
}

/** An import by the `imports` map of the importer's own package. */
function resolveInner(specifier: string, home: string | undefined): ImportTarget {
  const target = home && firstTarget(() => imports(readManifest(home), specifier));
  return target === undefined
    ? { type: 'unresolved', specifier }
    : fileTarget(resolve(home!, target), specifier);
}

function resolvePackage(specifier: string, from: string, own: string | undefined): ImportTarget {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const isOwn = own !== undefined && readManifest(own).name === name;
  const above = findUpwards(from, join('node_modules', name, 'package.json'));
  const found = isOwn ? own : above && join(above, 'node_modules', name);
  if (found === undefined) return { type: 'unresolved', specifier };
  const folder = realpathSync.native(found);
  const manifest = readManifest(folder);
  if (!isOwn && folder.includes(`${sep}node_modules${sep}`)) {
    return { type: 'package', folder };
  }
  const subpath = `.${specifier.slice(name.length)}`;
  const plain = subpath === '.' ? (manifest.main ?? './index.js') : subpath;
  const target =
    manifest.exports === undefined ? plain : firstTarget(() => exports(manifest, subpath));
  if (target === undefined) return { type: 'unresolved', specifier };
  return fileTarget(resolve(folder, target), specifier);
}

/** What the `exports` or `imports` of a package lead to under Node's conditions for ES modules. */
function firstTarget(find: () => readonly string[] | void): string | undefined {
  try {
    return find()?.[0];
  } catch {
    // The package does not offer it, which is all that it throws for.
    return undefined;
  }
}

function fileTarget(path: string, specifier: string): ImportTarget {
  return statSync(path, { throwIfNoEntry: false })?.isFile()
    ? { type: 'file', path: realpathSync.native(path) }
    : { type: 'unresolved', specifier };
}

/** The nearest folder at or above `from` that holds `path`. */
export function findUpwards(from: string, path: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The package.json in a folder. */
export function readManifest(folder: string): Manifest {
  return (readJson(join(folder, 'package.json')) as Manifest | undefined) ?? {};
}
