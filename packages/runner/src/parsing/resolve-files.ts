import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DeclaredInput } from './declared-pipeline.ts';
import type { Place } from './diagnostic.ts';
import type { ResolveContext } from './resolve-references.ts';
import { missingValue, resolveReferences } from './resolve-references.ts';
import type { ResolvedInput } from './resolved-pipeline.ts';

type DeclaredFiles = Extract<DeclaredInput, { type: 'files' }>;

/**
 * Finds the user's own files that an input names: relative to the workspace, or absolute.
 *
 * @param allowsGlobs - whether `*`, `?`, `[...]` and `{...}` are patterns.
 * @returns the input, or undefined when it is left out (optional) or wrong (diagnosed).
 */
export async function resolveFiles(
  input: DeclaredFiles,
  options: {
    readonly stage: string;
    readonly workspace: string;
    readonly allowsGlobs: boolean;
    readonly context: ResolveContext;
    readonly where: () => Place;
  },
): Promise<ResolvedInput | undefined> {
  const { stage, workspace, allowsGlobs, context, where } = options;
  const report = (message: string): void =>
    void context.diagnostics.push({ message, where: where() });
  const labels: string[] = [];
  let isPattern = false;
  for (const template of input.templates) {
    const label = resolvePath(template, input, context);
    if (label === undefined) return undefined;
    const hasWildcard =
      allowsGlobs && /[*?[{]/.test(label) && !existsSync(resolve(workspace, label));
    if (hasWildcard) {
      isPattern = true;
      const matches = await expandGlob(label, workspace);
      if (matches.length === 0)
        report(`Stage "${stage}" reads "${label}", which matches no file in ${workspace}.`);
      labels.push(...matches);
    } else if (existsSync(resolve(workspace, label))) labels.push(label);
    else {
      const absolute = resolve(workspace, label);
      const looked = absolute === label ? '' : ` (${absolute})`;
      report(`Stage "${stage}" reads "${label}"${looked}, which does not exist.`);
    }
  }
  const paths = labels.map((label) => resolve(workspace, label));
  return { type: 'files', name: input.name, paths, labels, isList: input.isList || isPattern };
}

function resolvePath(
  template: string,
  input: DeclaredFiles,
  context: ResolveContext,
): string | undefined {
  const isOptional = input.key.endsWith('?');
  const before = context.diagnostics.length;
  const { value, origins } = resolveReferences(template, context);
  const origin = origins.get('');
  const typed = origin && context.parameters.textOf(['params', ...origin]);
  const text = typed ?? (typeof value === 'number' ? String(value) : value);
  const path = typeof value === 'string' || value === null ? value : text;
  if (context.diagnostics.length > before) {
    const found = context.diagnostics.slice(before);
    const isMissing = found.every(({ missingParameter }) => missingParameter !== undefined);
    if (isOptional && isMissing) context.diagnostics.length = before;
    return undefined;
  }
  if (typeof path === 'string' && path !== '') return path;
  if (!isOptional) {
    context.diagnostics.push(missingValue(origin?.join('.') ?? template, [], context));
  }
  return undefined;
}

async function expandGlob(pattern: string, workspace: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const ignore = ['**/node_modules/**', '**/.git/**', join('.limber', '**')];
  const matches = await glob([pattern], { cwd: workspace, dot: false, ignore });
  return matches.sort();
}
