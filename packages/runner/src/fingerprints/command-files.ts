import { existsSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { SyntaxNode } from 'unbash';
import { isStateFile } from '../store/state-folder.ts';

/**
 * The files of the workspace that a shell command names: by a word of it, by what follows `=` in a
 * word (`--config=x.json`), or from a folder that it names as well (`cd tools && sh make.sh`). What
 * the shell has yet to expand names nothing.
 *
 * @param options.values - of the command's references: words as well.
 * @returns paths relative to the workspace, `/`-separated, sorted.
 */
export async function listCommandFiles(
  command: string,
  { values, workspace }: { readonly values: readonly string[]; readonly workspace: string },
): Promise<string[]> {
  const words = [...(await listWords(command)), ...values.filter((value) => value !== '')];
  const paths = words.map((word) => resolve(workspace, word)).filter(existsSync);
  const folders = paths.filter((path) => statSync(path).isDirectory());
  const inside = folders.flatMap((folder) => words.map((word) => resolve(folder, word)));
  const files = [...paths, ...inside.filter(existsSync)].filter((path) => statSync(path).isFile());
  const labels = files
    .filter((path) => !isStateFile(path, workspace))
    .map((path) => relative(workspace, path).split(sep).join('/'));
  return [...new Set(labels)].filter((label) => !label.startsWith('../')).sort();
}

async function listWords(command: string): Promise<string[]> {
  const { forEachChild, parse } = await import('unbash');
  const words: string[] = [];
  const visit = (node: SyntaxNode): void => {
    if ('value' in node && typeof node.value === 'string') {
      words.push(node.value, node.value.slice(node.value.indexOf('=') + 1));
      // A command for another shell: sh -c '…'.
      if (node.type === 'Word' && node.value.length < node.text.length) visit(parse(node.value));
    }
    forEachChild(node, visit);
  };
  visit(parse(command));
  return [...new Set(words)].filter((word) => word !== '');
}
