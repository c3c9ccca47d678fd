import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, relative } from 'node:path';
import { isMissing } from '@limber/files';
import type { NodeFileTraceOptions, NodeFileTraceResult } from '@vercel/nft';
import { unlessMissing } from '../store/read-if-there.ts';
import { sha256Of } from '../store/sha256.ts';
import { isStateFile } from '../store/state-folder.ts';
import type { DigestCache } from './digest-cache.ts';
import { findHome, packageFolderOf } from './installed-packages.ts';
import { readScript } from './read-script.ts';

/** What a module reaches. All paths are absolute, and real. */
export interface CodeTrace {
  /** Code, and files that code reads by a path relative to itself. */
  readonly files: readonly string[];
  /** The package.json files that say which of them are modules and which are scripts. */
  readonly manifests: readonly string[];
  /** Folders of installed packages. */
  readonly packages: readonly string[];
  /** Imports that lead nowhere. */
  readonly unresolved: readonly string[];
}

/** What a trace was found by, besides what its files hold. */
export interface Grounds {
  /** The package.json files that were read. */
  readonly read: readonly string[];
  /** Was looked for, and was not there. */
  readonly absent: readonly string[];
  readonly links: readonly string[];
  /** Folders in which computed paths may lead to any file; with `**` behind it, all below as well. */
  readonly searched: readonly string[];
}

/**
 * Follows what a module imports, requires, or reads by a path relative to itself; a path with
 * computed parts leads to all files that it may mean. Installed packages are named, not looked into.
 *
 * The result is remembered until one of its files changes, or something appears that was looked for.
 *
 * @param module - real path.
 * @param workspace - real path.
 */
export function traceCode(
  module: string,
  workspace: string,
  cache: DigestCache,
): Promise<CodeTrace & Grounds> {
  const how = { workspace, cache, by: 'content' } as const;
  return recallTraced(module, how, () => trace(module, workspace, cache));
}

/** How it is told whether what was found by a trace would be found again. */
interface RecallOptions {
  /** Real path. */
  readonly workspace: string;
  readonly cache: DigestCache;
  /** Whether a file has changed by what it holds, or by what is seen of it without reading it. */
  readonly by: 'content' | 'look';
}

/**
 * What `make` finds by a trace, remembered until one of the trace's files changes, or something appears
 * or goes that it looked for.
 */
export function recallTraced<T extends CodeTrace & Grounds>(
  key: string,
  options: RecallOptions,
  make: () => Promise<T>,
): Promise<T> {
  const { cache } = options;
  const stamp = (found: T): Promise<string | undefined> => stampOf(found, options);
  return cache.recall<T & { readonly stamp: string | undefined }>(key, {
    filesOf: listFiles,
    isCurrent: async (kept) => kept.stamp !== undefined && kept.stamp === (await stamp(kept)),
    async make() {
      const found = await make();
      return { ...found, stamp: await stamp(found) };
    },
  });
}

function listFiles({ files, manifests, read }: CodeTrace & Grounds): string[] {
  return [...files, ...manifests, ...read];
}

/** A digest of how all that is that a trace depends on; undefined if some of it is gone. */
async function stampOf(
  found: CodeTrace & Grounds,
  { workspace, cache, by }: RecallOptions,
): Promise<string | undefined> {
  const { absent, links, searched } = found;
  const once = <T>(what: string, paths: readonly string[], look: (path: string) => T): T[] =>
    paths.map((path) => cache.remember(`${what} ${path}`, () => look(path)));
  try {
    const seen: unknown[] = [once('exists', absent, existsSync)];
    seen.push(once('link', links, (path) => readlinkSync(path)));
    seen.push(once('names', searched, (path) => listNames(path, workspace)));
    for (const path of listFiles(found)) {
      seen.push(by === 'look' ? cache.look(path) : await cache.digest(path));
    }
    return sha256Of(JSON.stringify(seen));
  } catch (error) {
    const isNoLink = (error as NodeJS.ErrnoException).code === 'EINVAL';
    if (isNoLink || isMissing(error)) return undefined;
    throw error;
  }
}

function listNames(searched: string, workspace: string): string[] {
  const folder = searched.replace(/\/\*\*$/, '');
  const found = unlessMissing(() => readdirSync(folder, { recursive: folder !== searched })) ?? [];
  return found
    .map((name) => join(folder, String(name)))
    .filter((path) => !isStateFile(path, workspace) && packageFolderOf(path) === undefined)
    .sort();
}

async function trace(
  module: string,
  workspace: string,
  cache: DigestCache,
): Promise<CodeTrace & Grounds> {
  const { nodeFileTrace } = await import('@vercel/nft');
  const base = parse(module).root;
  const [stats, links] = [new Map<string, unknown>(), new Map<string, unknown>()];
  const texts = new Map<string, string | null>();
  const searched = new Set<string>();
  const options: NodeFileTraceOptions = {
    base,
    processCwd: workspace,
    cache: { statCache: stats, symlinkCache: links },
    exportsOnly: true,
    mixedModules: true,
    async readFile(path) {
      if (!texts.has(path)) texts.set(path, unlessMissing(() => readScript(path)) ?? null);
      return texts.get(path)!;
    },
    ignore(path) {
      const [folder = '', ...pattern] = `${base}${path}`.split(/\/(?=[^/]*\*)/);
      const depth = pattern.join('/').includes('**') ? '/**' : '';
      // A path that is computed as a whole may lead to any file of the workspace: that tells nothing.
      const isAnything = folder === workspace && depth !== '' && dirname(module) !== folder;
      const isIgnored = isAnything || !isCode(folder, { module, workspace, cache });
      if (pattern.length > 0 && !isIgnored) searched.add(folder + depth);
      return isIgnored;
    },
  };
  let entries: readonly string[] = [];
  let more = [module];
  let result: NodeFileTraceResult;
  do {
    entries = [...entries, ...more];
    result = await nodeFileTrace([...entries], options);
    more = listWorkers(result, base).filter((path) => !entries.includes(path));
  } while (more.length > 0);
  const read = keysWhere(texts, (text) => text !== null);
  return {
    ...sortReached(result, base),
    read: (await read).filter((path) => basename(path) === 'package.json'),
    absent: [
      ...(await keysWhere(stats, (found) => found === null)),
      ...(await keysWhere(texts, (text) => text === null)),
    ],
    links: await keysWhere(links, (target) => target !== null),
    searched: [...searched].sort(),
  };
}

async function keysWhere<T>(
  found: ReadonlyMap<string, T | Promise<T>>,
  isWanted: (value: T) => boolean,
): Promise<string[]> {
  const entries = [...found].map(async ([key, value]) => ({ key, isIn: isWanted(await value) }));
  return (await Promise.all(entries)).flatMap(({ key, isIn }) => (isIn ? [key] : [])).sort();
}

/** Scripts that code names by their path only. The tracer looks into some of them, and not others. */
function listWorkers({ reasons }: NodeFileTraceResult, base: string): string[] {
  return [...reasons].flatMap(([path, { type, ignored }]) => {
    const isRead = !ignored && type.join() === 'asset';
    return isRead && /\.[cm]?[jt]s$/.test(path) ? [base + path] : [];
  });
}

function sortReached({ reasons, warnings }: NodeFileTraceResult, base: string): CodeTrace {
  const files: string[] = [];
  const manifests: string[] = [];
  const packages = new Set<string>();
  for (const [name, { type, ignored }] of reasons) {
    const path = base + name;
    const home = packageFolderOf(path);
    // What is reached by `resolve` alone is a link or a package.json on the way.
    const isOnTheWay = type.join() === 'resolve';
    if (home !== undefined && !isOnTheWay) packages.add(home);
    if (home !== undefined || ignored) continue;
    if (!isOnTheWay) files.push(path);
    else if (basename(path) === 'package.json') manifests.push(path);
  }
  const unresolved = [...warnings].flatMap(({ message }) => {
    return /^Failed to resolve dependency "(.*)":/.exec(message)?.[1] ?? [];
  });
  return { files: files.sort(), manifests, packages: [...packages], unresolved };
}

/** What runs leave in a workspace is no code, and neither is what lies in nobody's project. */
function isCode(
  path: string,
  {
    module,
    workspace,
    cache,
  }: Readonly<Record<'module' | 'workspace', string>> & {
    readonly cache: DigestCache;
  },
): boolean {
  if (packageFolderOf(path) !== undefined) return false;
  if (!relative(workspace, path).startsWith('..')) return !isStateFile(path, workspace);
  const folder = dirname(path);
  if (folder.startsWith(dirname(module))) return true;
  const home = findHome(folder, cache);
  return home !== undefined && home !== homedir() && home !== parse(home).root;
}
