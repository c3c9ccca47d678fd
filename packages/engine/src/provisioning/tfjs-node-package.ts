import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CacheEnvironment } from '@limber/files';
import { cacheFolder, isMissing, LimberError } from '@limber/files';
import type { NpmPackage } from '../packages/npm-package.ts';
import type { StepOptions } from './installation.ts';
import { tfjsVersion } from './tensorflow-release.ts';

/** Its name in the registry. */
export const tfjsNodeName = '@tensorflow/tfjs-node-gpu';

/**
 * TensorFlow.js's package for Node: the addon's source, and the JavaScript that calls it. It is no
 * dependency, because npm would run its install script: a large download that fails on many networks.
 */
export const tfjsNodePackage: NpmPackage = {
  spec: `${tfjsNodeName}@${tfjsVersion}`,
  integrity:
    'sha512-p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==',
};

/** Where the package is looked for, and from where it is fetched. */
export interface TfjsNodeOptions {
  /** A file or URL whose `node_modules` folders are searched. */
  readonly importer?: string;
  readonly cache?: CacheEnvironment;
  readonly source?: NpmPackage;
}

/**
 * Finds the package where it is installed, else in the user's cache; another version than
 * `tfjsVersion` does not count.
 *
 * @returns its folder.
 */
export function findTfjsNode(options: TfjsNodeOptions = {}): string | undefined {
  const { importer = import.meta.url, cache } = options;
  const candidates = createRequire(importer).resolve.paths(tfjsNodeName) ?? [];
  const installed = candidates.map((folder) => join(folder, tfjsNodeName));
  return [...installed, cachedFolder(cache)].find(isRightVersion);
}

/**
 * Finds the package, and fetches it into the user's cache where it is missing. No script of it is run.
 *
 * @returns its folder.
 * @throws {LimberError} `command-failed` if npm cannot fetch it, with the command that would help.
 */
export async function provideTfjsNode(
  { onProgress, signal }: StepOptions,
  options: TfjsNodeOptions = {},
): Promise<string> {
  const found = findTfjsNode(options);
  if (found !== undefined) return found;
  const { cache, source = tfjsNodePackage } = options;
  const into = cachedFolder(cache);
  onProgress({ message: `Fetching ${source.spec} with npm` });
  const { fetchNpmPackage, howToFetch } = await import('../packages/npm-package.ts');
  try {
    await fetchNpmPackage(source, into, {
      onWait: () => onProgress({ message: 'Waiting for another process to fetch it' }),
      signal,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new LimberError(
      'command-failed',
      {
        where: source.spec,
        what: 'TensorFlow.js for Node cannot be fetched',
        fix: howToFetch(source, into, cause),
      },
      { cause },
    );
  }
  return into;
}

function cachedFolder(cache: CacheEnvironment | undefined): string {
  return join(cacheFolder('packages', cache), `tfjs-node-gpu-${tfjsVersion}`);
}

function isRightVersion(folder: string): boolean {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      version?: string;
    };
    return manifest.version === tfjsVersion;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
