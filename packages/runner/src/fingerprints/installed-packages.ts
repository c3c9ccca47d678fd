import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { readJson } from '../store/read-if-there.ts';
import type { DigestCache } from './digest-cache.ts';

/** A package as it is installed. */
interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The package in `folder` and all that it depends on, directly or not, as far as they are installed. */
export function listInstalled(folder: string, cache: DigestCache): InstalledPackage[] {
  const reached = new Set([folder]);
  for (const from of reached) {
    for (const next of readInstalled(from, cache).dependencies) reached.add(next);
  }
  return [...reached].map((found) => readInstalled(found, cache));
}

function readInstalled(
  folder: string,
  cache: DigestCache,
): InstalledPackage & { readonly dependencies: readonly string[] } {
  return cache.remember(`package ${folder}`, () => {
    const manifest = readManifest(folder, cache);
    const { name = basename(folder), version = 'unknown' } = manifest;
    const wanted = {
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    };
    const dependencies = Object.keys(wanted).flatMap(
      (dependency) => findDependency(folder, dependency, cache) ?? [],
    );
    return { name, version, dependencies };
  });
}

/** The folder of the installed package that a real path lies in; undefined if it lies in none. */
export function packageFolderOf(path: string): string | undefined {
  const mark = `${sep}node_modules${sep}`;
  const start = path.lastIndexOf(mark) + mark.length;
  if (start < mark.length) return undefined;
  const name = path.slice(start).split(sep);
  return path.slice(0, start) + name.slice(0, name[0]!.startsWith('@') ? 2 : 1).join(sep);
}

/** Where Node finds the package `name` from a file in `from`. Most folders hold no packages, which is looked up once. */
function findDependency(from: string, name: string, cache: DigestCache): string | undefined {
  return climb(from, (folder) => {
    const modules = join(folder, 'node_modules');
    if (!cache.remember(`exists ${modules}`, () => existsSync(modules))) return undefined;
    const place = join(modules, name);
    return cache.remember(`real ${place}`, () =>
      existsSync(join(place, 'package.json')) ? realpathSync.native(place) : undefined,
    );
  });
}

/** The nearest folder at or above `folder` that has a package.json. */
export function findHome(folder: string, cache: DigestCache): string | undefined {
  return cache.remember(`home ${folder}`, () =>
    climb(folder, (each) => (existsSync(join(each, 'package.json')) ? each : undefined)),
  );
}

/** What is found first in `from` or the nearest folder above it. */
function climb(from: string, find: (folder: string) => string | undefined): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = find(folder);
    if (found !== undefined) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The package.json in a folder. */
export function readManifest(folder: string, cache: DigestCache): Manifest {
  return cache.remember(`manifest ${folder}`, () => {
    return (readJson(join(folder, 'package.json')) as Manifest | undefined) ?? {};
  });
}
