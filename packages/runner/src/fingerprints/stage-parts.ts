import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { leavesOf } from '../json.ts';
import { toShellCommand } from '../parsing/shell-command.ts';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import { listCommandFiles } from './command-files.ts';
import type { DigestCache } from './digest-cache.ts';
import type { Part } from './parts.ts';
import { paramParts } from './parts.ts';
import type { CodePart } from './stage-code.ts';
import { readStageCode } from './stage-code.ts';

/** Raised whenever what a stage is given, or how its outputs are stored, changes its meaning. */
const format = '3';

/** What a stage's parts are read from. */
export interface StagePartsContext {
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cache: DigestCache;
  readonly isDryRun: boolean;
}

/** Everything but the inputs that decides what a stage produces. */
export async function readStageParts(
  stage: ResolvedStage,
  context: StagePartsContext,
): Promise<Part[]> {
  const { workspace, environment, cache } = context;
  const parts: Part[] = [
    { kind: 'format', name: '', value: format },
    { kind: 'node', name: '', value: process.versions.node.split('.', 1)[0]! },
  ];
  if (stage.action.type === 'command') {
    const { command: template, values } = stage.action;
    parts.push({ kind: 'command', name: '', value: template });
    for (const { label, value } of values) {
      parts.push({ kind: 'param', name: `\${{ ${label} }}`, value: JSON.stringify(value), label });
    }
    for (const name of await listNamedFiles(stage, context)) {
      const { sha256 } = await cache.digest(join(workspace, name));
      parts.push({ kind: 'file', name, value: sha256 });
    }
  } else {
    const { module, name, environmentOf } = stage.action.definition;
    parts.push(...toParts(await readModule(module, context)));
    parts.push(...toParts(await readOwnCode(stage, context)));
    const found = await cache.remember(`machine ${name} ${JSON.stringify(stage.params)}`, () =>
      environmentOf?.(stage.params, context),
    );
    for (const [of, value] of Object.entries(found ?? {})) {
      parts.push({ kind: 'machine', name: of, value });
    }
  }
  parts.push(...paramParts(stage.params, stage.resumable ?? [], stage.labelOf));
  for (const name of stage.environment) {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value === undefined) continue;
    const digest = createHmac('sha256', name).update(value).digest('hex');
    parts.push({ kind: 'environment', name, value: digest });
  }
  for (const { name, path } of stage.outputs) parts.push({ kind: 'output', name, value: path });
  return parts;
}

/** The files that a command names, without those that are its inputs or outputs anyway. */
async function listNamedFiles(
  { action, inputs, outputs }: ResolvedStage,
  { workspace, cache }: Pick<StagePartsContext, 'workspace' | 'cache'>,
): Promise<string[]> {
  if (action.type !== 'command') return [];
  const { command } = toShellCommand(action.command);
  const values = action.values.map(({ value }) => value);
  const named = await cache.remember(`command ${JSON.stringify([command, values])}`, () =>
    listCommandFiles(command, { values, workspace }),
  );
  const declared = [
    ...inputs.flatMap((input) => (input.type === 'files' ? input.paths : [])),
    ...outputs.map(({ path }) => join(workspace, path)),
  ];
  return named.filter((name) => {
    const path = join(workspace, name);
    return !declared.some((known) => path === known || path.startsWith(`${known}/`));
  });
}

/** What may make a stage's outputs old without notice, in sentences. */
export async function listBlindSpots(
  stage: ResolvedStage,
  context: StagePartsContext,
): Promise<string[]> {
  const { action, name, isCached, inputs, environment, params } = stage;
  if (action.type === 'command') {
    const given = [...inputs, ...environment, ...leavesOf(params)];
    const isTold = isCached !== undefined || given.length > 0;
    if (isTold || (await listNamedFiles(stage, context)).length > 0) return [];
    return [
      `Stage "${name}" has no input: nothing makes it run again. Declare what it reads in "inputs", or "cache: false" to run it every time; "cache: true" says that it always makes the same.`,
    ];
  }
  // Who registers a stage knows its code.
  const isRegistered = !action.definition.name.includes('/');
  const code = isRegistered ? [] : await readModule(action.definition.module, context);
  return [...code, ...(await readOwnCode(stage, context))].flatMap((part) =>
    part.type === 'unfollowed'
      ? `${part.label}: ${part.code} could not be followed, so changes of what it loads are not noticed.`
      : [],
  );
}

function readModule(module: string, { workspace, cache }: StagePartsContext): Promise<CodePart[]> {
  return cache.remember(`code ${module}`, () => readStageCode(module, workspace, cache));
}

/** The code of the user's own that a stage's params name. A file that is not there is one too, until it is written. */
async function readOwnCode(
  { action, params }: ResolvedStage,
  context: StagePartsContext,
): Promise<CodePart[]> {
  if (action.type === 'command') return [];
  const named = action.definition.codeOf?.(params) ?? [];
  const parts = named.map(async (path): Promise<readonly CodePart[]> => {
    const file = resolve(context.workspace, path);
    const label = relative(context.workspace, file);
    if (!existsSync(file)) return [{ type: 'file', label, path: file, sha256: 'missing' }];
    return await readModule(pathToFileURL(file).href, context);
  });
  return (await Promise.all(parts)).flat();
}

function toParts(code: readonly CodePart[]): Part[] {
  const versions = new Map<string, string[]>();
  const files: Part[] = [];
  for (const part of code) {
    switch (part.type) {
      case 'file':
        files.push({ kind: 'code', name: part.label, value: part.sha256 });
        break;
      case 'package':
        versions.set(part.name, [...(versions.get(part.name) ?? []), part.version]);
        break;
      case 'unresolved':
        versions.set(part.specifier, ['not installed']);
        break;
      case 'unfollowed':
        break;
    }
  }
  const packages = [...versions].map(([name, found]): Part => {
    return { kind: 'package', name, value: found.sort().join(', ') };
  });
  return [...files, ...packages];
}
