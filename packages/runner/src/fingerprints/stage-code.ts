import { realpathSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DigestCache } from './digest-cache.ts';
import { findHome, listInstalled, readManifest } from './installed-packages.ts';
import { parseScript } from './parse-script.ts';
import type { CodeTrace } from './trace-code.ts';
import { recallTraced, traceCode } from './trace-code.ts';

/** A piece of the code that a stage can reach. */
export type CodePart =
  /** `label`: relative to the workspace, or `package/path` outside of it. */
  | {
      readonly type: 'file';
      readonly label: string;
      readonly path: string;
      readonly sha256: string;
    }
  | { readonly type: 'package'; readonly name: string; readonly version: string }
  /** An import that leads nowhere: an optional package that is not installed, say. */
  | { readonly type: 'unresolved'; readonly specifier: string }
  /** `code` in the file `label` loads something, and only running it tells what. */
  | { readonly type: 'unfollowed'; readonly label: string; readonly code: string };

/**
 * Lists all code that a stage's module reaches: the files of the workspace by their syntax trees,
 * installed packages, and all that those depend on in turn, by version. Workers and other files that
 * code names by a path relative to itself belong to it; what is no code counts byte by byte.
 *
 * @param module - file URL.
 */
export async function readStageCode(
  module: string,
  workspace: string,
  cache: DigestCache,
): Promise<CodePart[]> {
  const root = realpathSync.native(workspace);
  const path = realpathSync.native(fileURLToPath(module));
  const how = { workspace: root, cache, by: 'look' } as const;
  const { code, packages, unresolved } = await recallTraced(`code ${path}`, how, async () => {
    const trace = await traceCode(path, root, cache);
    return { ...trace, code: await readFiles(trace, root, cache) };
  });
  const parts = new Map(code);
  for (const { name, version } of packages.flatMap((home) => listInstalled(home, cache))) {
    parts.set(`${name}@${version}`, { type: 'package', name, version });
  }
  for (const specifier of unresolved) {
    parts.set(`? ${specifier}`, { type: 'unresolved', specifier });
  }
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

/** The files of a trace, each by a key to sort them by. */
async function readFiles(
  { files, manifests }: CodeTrace,
  root: string,
  cache: DigestCache,
): Promise<(readonly [key: string, part: CodePart])[]> {
  const parts: [string, CodePart][] = [];
  const named = (path: string): string =>
    cache.remember(`label ${path}`, () => labelOf(path, root, cache));
  for (const path of files) {
    const label = named(path);
    const { sha256, unfollowed } = await cache.remember(`code ${path}`, () =>
      readCode(path, cache),
    );
    parts.push([label, { type: 'file', label, path, sha256 }]);
    for (const code of unfollowed) {
      parts.push([`! ${label} ${code}`, { type: 'unfollowed', label, code }]);
    }
  }
  for (const path of manifests) {
    const { type = 'commonjs' } = readManifest(dirname(path), cache);
    parts.push([named(path), { type: 'file', label: named(path), path, sha256: type }]);
  }
  return parts;
}

/** What a file says: its syntax tree, or its bytes where it is no code that can be parsed. */
async function readCode(
  path: string,
  cache: DigestCache,
): Promise<{ readonly sha256: string; readonly unfollowed: readonly string[] }> {
  const { sha256 } = await cache.digest(path);
  if (!/\.[cm]?[jt]s$/.test(path)) return { sha256, unfollowed: [] };
  return cache.derive(path, 'code', async () => {
    return (await parseScript(path)) ?? { sha256, unfollowed: ['its text'] };
  });
}

function labelOf(path: string, workspace: string, cache: DigestCache): string {
  const inside = relative(workspace, path);
  if (!inside.startsWith('..')) return inside.split(sep).join('/');
  const home = findHome(dirname(path), cache);
  if (home === undefined) return path;
  const { name = basename(home) } = readManifest(home, cache);
  return `${name}/${relative(home, path).split(sep).join('/')}`;
}
