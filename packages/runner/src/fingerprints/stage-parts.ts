import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { DigestCache } from './digest-cache.ts';
import type { Part } from './parts.ts';
import { paramParts } from './parts.ts';
import type { CodePart } from './stage-code.ts';
import { readStageCode } from './stage-code.ts';

/** Raised whenever what a stage is given, or how its outputs are stored, changes its meaning. */
const format = '2';

/** What a stage's parts are read from. */
export interface StagePartsContext {
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cache: DigestCache;
}

/** Everything but the inputs that decides what a stage produces. */
export async function readStageParts(
  stage: ResolvedStage,
  { workspace, environment, cache }: StagePartsContext,
): Promise<Part[]> {
  const parts: Part[] = [
    { kind: 'format', name: '', value: format },
    { kind: 'node', name: '', value: process.versions.node.split('.', 1)[0]! },
  ];
  if (stage.action.type === 'command') {
    parts.push({ kind: 'command', name: '', value: stage.action.command });
  } else {
    const { module } = stage.action.definition;
    const code = await cache.remember(`code ${module}`, () =>
      readStageCode(module, workspace, cache),
    );
    parts.push(...toParts(code));
  }
  parts.push(...paramParts(stage.params, stage.resumable ?? [], stage.labelOf));
  for (const name of stage.environment) {
    const value = environment[name];
    if (value !== undefined) parts.push({ kind: 'environment', name, value });
  }
  for (const { name, path } of stage.outputs) parts.push({ kind: 'output', name, value: path });
  return parts;
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
