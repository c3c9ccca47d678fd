import { readFileSync, realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DigestCache } from './digest-cache.ts';
import { createImportResolver, findUpwards, readManifest } from './resolve-import.ts';

/** A piece of the code that a stage can reach. */
export type CodePart =
  /** `label`: relative to the workspace, or `package/path` outside of it. */
  | { readonly type: 'file'; readonly label: string; readonly sha256: string }
  | { readonly type: 'package'; readonly name: string; readonly version: string }
  /** An import that leads nowhere: an optional package that is not installed, say. */
  | { readonly type: 'unresolved'; readonly specifier: string };

/**
 * Follows the imports of a stage's module and lists all code it reaches: the files of the workspace
 * by content, installed packages by version. Files named by `new URL('./x.js', import.meta.url)`
 * (workers) are code too.
 *
 * @param module - file URL.
 */
export async function readStageCode(
  module: string,
  workspace: string,
  cache: DigestCache,
): Promise<CodePart[]> {
  const resolveImport = createImportResolver();
  const root = realpathSync.native(workspace);
  const parts = new Map<string, CodePart>();
  const waiting = [realpathSync.native(fileURLToPath(module))];
  const seen = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const label = labelOf(path, root);
    parts.set(label, { type: 'file', label, sha256: (await cache.digest(path)).sha256 });
    for (const specifier of await readImports(path, cache)) {
      const target = resolveImport(specifier, path);
      if (target.type === 'builtin') continue;
      if (target.type === 'package') parts.set(`${target.name}@${target.version}`, target);
      else if (target.type === 'unresolved') parts.set(`? ${specifier}`, target);
      else if (!seen.has(target.path)) {
        seen.add(target.path);
        waiting.push(target.path);
      }
    }
  }
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

const MODULE = /\.(js|mjs|ts|mts)$/;
const NEIGHBOUR = /new\s+URL\(\s*(['"])(\.{1,2}\/[^'"]+)\1\s*,\s*import\.meta\.url/g;

async function readImports(path: string, cache: DigestCache): Promise<readonly string[]> {
  if (!MODULE.test(path)) return [];
  return cache.derive(path, 'imports', async () => {
    const { init, parse } = await import('es-module-lexer');
    await init();
    const text = readFileSync(path, 'utf8');
    const [imports] = parse(text, path);
    const named = imports.flatMap((found) => {
      const isRead = found.type !== 'import-meta' && !(found.type === 'dynamic' && found.glob);
      return isRead && found.specifier !== undefined ? [found.specifier] : [];
    });
    const neighbours = [...text.matchAll(NEIGHBOUR)].map((match) => match[2]!);
    return [...new Set([...named, ...neighbours])];
  });
}

function labelOf(path: string, workspace: string): string {
  const inside = relative(workspace, path);
  if (!inside.startsWith('..')) return inside.split(sep).join('/');
  const home = findUpwards(dirname(path), 'package.json');
  if (home === undefined) return path;
  const { name = home } = readManifest(home);
  return `${name}/${relative(home, path).split(sep).join('/')}`;
}
