import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DigestCache } from './digest-cache.ts';
import { findUpwards, readManifest } from './resolve-import.ts';

/** A package as it is installed. */
interface InstalledPackage {
  readonly name: string;
  readonly version: string;
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
    const manifest = readManifest(folder);
    const { name = basename(folder), version = 'unknown' } = manifest;
    const wanted = {
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    };
    const dependencies = Object.keys(wanted).flatMap((dependency) => {
      const above = findUpwards(folder, join('node_modules', dependency, 'package.json'));
      return above === undefined
        ? []
        : [realpathSync.native(join(above, 'node_modules', dependency))];
    });
    return { name, version, dependencies };
  });
}
