import { existsSync, realpathSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from '../store/write-atomically.ts';

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

const conditions = new Set(['node', 'import', 'default']);

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
  const target = home && selectTarget(readManifest(home).imports, specifier);
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
  const target =
    manifest.exports === undefined
      ? subpath === '.'
        ? (manifest.main ?? './index.js')
        : subpath
      : selectTarget(normalizeExports(manifest.exports), subpath);
  if (target === undefined) return { type: 'unresolved', specifier };
  return fileTarget(resolve(folder, target), specifier);
}

/** `exports: './a.js'` and `exports: { import: ... }` are short for `exports: { '.': ... }`. */
function normalizeExports(exports: unknown): unknown {
  const isMap = typeof exports === 'object' && exports !== null && !Array.isArray(exports);
  const hasPaths = isMap && Object.keys(exports).some((key) => key.startsWith('.'));
  return hasPaths ? exports : { '.': exports };
}

function selectTarget(map: unknown, subpath: string): string | undefined {
  if (typeof map !== 'object' || map === null) return undefined;
  const entries = Object.entries(map as Record<string, unknown>);
  const exact = entries.find(([key]) => key === subpath);
  if (exact !== undefined) return selectCondition(exact[1]);
  for (const [key, value] of entries) {
    const [start, end] = key.split('*');
    if (end === undefined || !subpath.startsWith(start!) || !subpath.endsWith(end)) continue;
    const matched = subpath.slice(start!.length, subpath.length - end.length);
    return selectCondition(value)?.replaceAll('*', matched);
  }
  return undefined;
}

function selectCondition(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [condition, target] of Object.entries(value as Record<string, unknown>)) {
    const selected = conditions.has(condition) ? selectCondition(target) : undefined;
    if (selected !== undefined) return selected;
  }
  return undefined;
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
