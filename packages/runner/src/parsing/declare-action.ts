import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { StageDefinition } from '../stage-definition.ts';
import type { DeclarationContext } from './check-stage.ts';
import type { DeclaredStage } from './declared-pipeline.ts';
import { suggestName } from '@limber/files';
import type { StageEntry } from './pipeline-schema.ts';

/** What a stage's action is found among. */
interface ActionContext extends DeclarationContext {
  readonly definitions: readonly StageDefinition[];
  readonly workspace: string;
}

/**
 * Finds what a stage does: a command, or a module. `uses` names a registered stage (`train`), a
 * module of the workspace (`./stages/mine.js`), or one of an installed package (`their-package/blur`).
 *
 * @returns undefined when there were problems.
 */
export function declareAction(
  name: string,
  entry: StageEntry,
  context: ActionContext,
): Pick<DeclaredStage, 'action' | 'resumable'> | undefined {
  const { source, diagnostics } = context;
  const { uses, run, resumable } = entry;
  if ((uses === undefined) === (run === undefined)) {
    const message = `Stage "${name}": expected either "uses" or "run", got ${uses === undefined ? 'neither' : 'both'}.`;
    diagnostics.push({ message, where: source.atKey(['stages', name]) });
    return undefined;
  }
  if (run !== undefined) return { action: { type: 'command', command: run }, resumable };
  const registered = context.definitions.find((known) => known.name === uses);
  if (registered === undefined) {
    const definition = findModule(name, uses!, context);
    return definition && { action: { type: 'module', definition }, resumable };
  }
  if (resumable !== undefined) {
    const message = `Stage "${name}": the stage "${uses}" says itself whether it is resumable.`;
    diagnostics.push({ message, where: source.atKey(['stages', name, 'resumable']) });
  }
  const { extending = [] } = registered;
  const action = { type: 'module', definition: registered } as const;
  return { action, resumable: registered.resumable === true ? extending : undefined };
}

function findModule(
  stage: string,
  uses: string,
  { source, definitions, workspace, diagnostics }: ActionContext,
): StageDefinition | undefined {
  const where = source.at(['stages', stage, 'uses']);
  const isPath = /^\.{1,2}\//.test(uses);
  const path = isPath ? resolve(workspace, uses) : resolvePackage(uses, workspace);
  if (path === undefined || !existsSync(path)) {
    const names = definitions.map((known) => known.name);
    const hint = isPath ? ` (${path})` : '';
    const message = `Stage "${stage}" uses "${uses}"${hint}, which does not exist.${isPath ? '' : suggestName(uses, names)}`;
    diagnostics.push({ message, where });
    return undefined;
  }
  if (isPath && !realpathSync(path).startsWith(realpathSync(workspace) + sep)) {
    const message = `Stage "${stage}" uses "${uses}", which lies outside the workspace ${workspace}.`;
    diagnostics.push({ message, where });
    return undefined;
  }
  return { name: uses, module: pathToFileURL(path).href };
}

function resolvePackage(uses: string, workspace: string): string | undefined {
  if (!/^(@[\w.-]+\/)?[\w.-]+\/./.test(uses)) return undefined;
  try {
    return createRequire(join(workspace, 'package.json')).resolve(uses);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw error;
  }
}
