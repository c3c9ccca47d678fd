import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suggestName } from '@limber/files';
import type { StageDefinition } from '../stage-definition.ts';
import type { CheckedStage } from './check-stage.ts';
import type { DeclaredStage, StageAction } from './declared-pipeline.ts';

/** What `uses` can name. */
export interface ActionSources {
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
  { entry, report }: CheckedStage,
  sources: ActionSources,
): Pick<DeclaredStage, 'action' | 'resumable'> | undefined {
  const { uses, run, resumable } = entry;
  if ((uses === undefined) === (run === undefined)) {
    const got = uses === undefined ? 'neither' : 'both';
    report(`: expected either "uses" or "run", got ${got}.`, [], 'key');
    return undefined;
  }
  if (run !== undefined) {
    return { action: { type: 'command', command: run, values: [] }, resumable };
  }
  const registered = sources.definitions.find(({ name }) => name === uses);
  if (registered !== undefined) {
    if (resumable !== undefined) {
      report(`: the stage "${uses}" says itself whether it is resumable.`, ['resumable'], 'key');
    }
    const { extending = [] } = registered;
    const action = { type: 'module', definition: registered } as const;
    return { action, resumable: registered.resumable === true ? extending : undefined };
  }
  const found = findModule(uses!, sources);
  if (found.type === 'module') return { action: found, resumable };
  report(` uses "${uses}"${found.problem}`, ['uses']);
  return undefined;
}

function findModule(
  uses: string,
  { definitions, workspace }: ActionSources,
): Extract<StageAction, { type: 'module' }> | { readonly type: 'none'; readonly problem: string } {
  const isPath = /^\.{1,2}\//.test(uses);
  const path = isPath ? resolve(workspace, uses) : resolvePackage(uses, workspace);
  if (path === undefined || !existsSync(path)) {
    const names = definitions.map((known) => known.name);
    const suggestion = isPath ? '' : suggestName(uses, names);
    const place = isPath ? ` (${path})` : '';
    return { type: 'none', problem: `${place}, which does not exist.${suggestion}` };
  }
  if (isPath && !realpathSync(path).startsWith(realpathSync(workspace) + sep)) {
    return { type: 'none', problem: `, which lies outside the workspace ${workspace}.` };
  }
  return { type: 'module', definition: { name: uses, module: pathToFileURL(path).href } };
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
