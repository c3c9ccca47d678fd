import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LimberError, withStagingFolder } from '@limber/files';
import { extract } from 'tar';
import { withInstallationLock } from '../provisioning/installation-lock.ts';
import { runCommand } from '../provisioning/run-command.ts';
import { npmCommand } from './npm-command.ts';

/** One version of a package of the npm registry, by the digest of what it holds. */
export interface NpmPackage {
  /** What npm is asked for: `name@1.2.3`. */
  readonly spec: string;
  /** The registry's digest of its tarball: `sha512-…`, base64. */
  readonly integrity: string;
}

/** How a package is fetched. */
export interface FetchPackageOptions {
  /** Which of its files are kept, by their paths inside the package: `models/a.json`. */
  readonly isKept?: (path: string) => boolean;
  /** Whether the folder has all that is wanted; by default whether it exists. What it lacks is fetched anew. */
  readonly isThere?: () => boolean;
  /** Called if another process fetches just now; it is waited for. */
  readonly onWait?: () => void;
  /** Once it is aborted nothing is left, and its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

const timeoutMs = 900_000;

/** A registry that is dead is noticed within two minutes; npm's own defaults take a quarter of an hour. */
const impatience: readonly string[] = [
  '--fetch-timeout=60000',
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];

/**
 * Fetches a package by the user's own npm, so that the registry, mirror, proxy and credentials that
 * are configured apply, and unpacks it. Nothing of it is run: no install script, no dependency.
 *
 * The folder appears whole or not at all. What the tarball holds is compared with `integrity`. One
 * process at a time fetches into a folder's parent; those that waited find it there.
 *
 * @param into - the folder to make, from the package's own root.
 * @throws {LimberError} `command-failed` if npm cannot fetch it; `invalid-package` if it is not what
 * was asked for.
 */
export async function fetchNpmPackage(
  source: NpmPackage,
  into: string,
  options: FetchPackageOptions = {},
): Promise<void> {
  const { isThere = () => existsSync(into), onWait = () => {}, signal } = options;
  await withInstallationLock(dirname(into), { onWait, signal }, async () => {
    if (!isThere()) await fetchInto(into, source, options);
  });
}

/** What helps after {@link fetchNpmPackage} failed, with npm's own words. */
export function howToFetch(source: NpmPackage, into: string, cause: unknown): string {
  return `Where npm reaches a registry, run \`npm install --ignore-scripts ${source.spec}\` in the project, or copy ${into} from a machine that has it.\n${(cause as Error).message}`;
}

async function fetchInto(
  into: string,
  source: NpmPackage,
  { isKept = () => true, signal }: FetchPackageOptions,
): Promise<void> {
  const replaceable = { what: 'this package', test: () => true };
  const fill = async (staging: string): Promise<void> => {
    const pack = ['pack', source.spec, '--ignore-scripts', '--pack-destination', staging];
    const [npm, ...args] = npmCommand([...pack, ...impatience]);
    // a project's settings must not change what is fetched for the user
    await runCommand(npm, args, { cwd: staging, timeoutMs, signal });
    const tarball = join(staging, (await readdir(staging))[0]!);
    await checkIntegrity(tarball, source);
    await extract({
      file: tarball,
      cwd: staging,
      strip: 1,
      strict: true,
      filter: (path, entry) =>
        'type' in entry && entry.type === 'File' && isKept(path.slice(path.indexOf('/') + 1)),
    });
    await rm(tarball);
  };
  await withStagingFolder(into, fill, { replaceable, signal });
}

async function checkIntegrity(tarball: string, source: NpmPackage): Promise<void> {
  const digest = createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64');
  if (`sha512-${digest}` === source.integrity) return;
  throw new LimberError('invalid-package', {
    where: source.spec,
    what: 'the tarball that npm fetched is not the one that is expected',
    expected: source.integrity,
    got: `sha512-${digest}`,
    fix: 'Is a mirror configured that changes packages?',
  });
}
