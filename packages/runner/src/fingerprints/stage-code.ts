import { readFileSync, realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Node } from 'acorn';
import { sha256Of } from '../store/sha256.ts';
import type { DigestCache } from './digest-cache.ts';
import { listInstalled } from './installed-packages.ts';
import { createImportResolver, findUpwards, readManifest } from './resolve-import.ts';

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
  | { readonly type: 'unresolved'; readonly specifier: string };

/**
 * Follows the imports of a stage's module and lists all code it reaches: the files of the workspace
 * by their syntax trees, installed packages, and all that those depend on in turn, by version. Files
 * named by `new URL('./x.js', import.meta.url)` (workers) are code too.
 *
 * @param module - file URL.
 */
export async function readStageCode(
  module: string,
  workspace: string,
  cache: DigestCache,
): Promise<CodePart[]> {
  const resolveImport = cache.remember('imports', createImportResolver);
  const root = realpathSync.native(workspace);
  const parts = new Map<string, CodePart>();
  const waiting = [realpathSync.native(fileURLToPath(module))];
  const seen = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const label = cache.remember(`label ${path}`, () => labelOf(path, root));
    const { sha256, imports } = await cache.remember(`code ${path}`, () => readCode(path, cache));
    parts.set(label, { type: 'file', label, path, sha256 });
    for (const specifier of imports) {
      const target = resolveImport(specifier, path);
      if (target.type === 'builtin') continue;
      if (target.type === 'package') {
        for (const { name, version } of listInstalled(target.folder, cache)) {
          parts.set(`${name}@${version}`, { type: 'package', name, version });
        }
      } else if (target.type === 'unresolved') parts.set(`? ${specifier}`, target);
      else if (!seen.has(target.path)) {
        seen.add(target.path);
        waiting.push(target.path);
      }
    }
  }
  return [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

const moduleFile = /\.(js|mjs|ts|mts)$/;
const neighbour = /new\s+URL\(\s*(['"])(\.{1,2}\/[^'"]+)\1\s*,\s*import\.meta\.url/g;

interface Code {
  /** Of the syntax tree, or of the text where that is no ES module. */
  readonly sha256: string;
  readonly imports: readonly string[];
}

async function readCode(path: string, cache: DigestCache): Promise<Code> {
  const { sha256 } = await cache.digest(path);
  if (!moduleFile.test(path)) return { sha256, imports: [] };
  return cache.derive(path, 'code', async () => {
    const text = readFileSync(path, 'utf8');
    return { sha256: (await digestSyntax(text)) ?? sha256, imports: await listImports(text, path) };
  });
}

/**
 * A digest of an ES module's syntax tree, so that comments, white space, quotes and needless
 * parentheses do not matter; undefined if the text is no ES module.
 */
async function digestSyntax(text: string): Promise<string | undefined> {
  const { parse } = await import('acorn');
  try {
    const tree = parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
    return sha256Of(JSON.stringify(tree, omitForm));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Leaves out places, and the spelling of literals; JSON has no big integers and no infinity. */
function omitForm(this: unknown, key: string, value: unknown): unknown {
  if (key === 'start' || key === 'end') return undefined;
  if (key === 'raw' && (this as Node).type === 'Literal') return undefined;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}

async function listImports(text: string, path: string): Promise<string[]> {
  const { init, parse } = await import('es-module-lexer');
  await init();
  const [imports] = parse(text, path);
  const named = imports.flatMap((found) => {
    const isRead = found.type !== 'import-meta' && !(found.type === 'dynamic' && found.glob);
    return isRead && found.specifier !== undefined ? [found.specifier] : [];
  });
  const neighbours = [...text.matchAll(neighbour)].map((match) => match[2]!);
  return [...new Set([...named, ...neighbours])];
}

function labelOf(path: string, workspace: string): string {
  const inside = relative(workspace, path);
  if (!inside.startsWith('..')) return inside.split(sep).join('/');
  const home = findUpwards(dirname(path), 'package.json');
  if (home === undefined) return path;
  const { name = home } = readManifest(home);
  return `${name}/${relative(home, path).split(sep).join('/')}`;
}
