import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { DigestCache } from './digest-cache.ts';
import { paramParts, type Part } from './parts.ts';
import { readStageCode, type CodePart } from './stage-code.ts';

/** Raised whenever what a stage is given, or how its outputs are stored, changes its meaning. */
const FORMAT = '1';

/** Everything but the inputs that decides what a stage produces. */
export async function readStageParts(
  stage: ResolvedStage,
  workspace: string,
  environment: Readonly<Record<string, string | undefined>>,
  cache: DigestCache,
): Promise<Part[]> {
  const parts: Part[] = [
    { kind: 'format', name: '', value: FORMAT },
    { kind: 'node', name: '', value: process.versions.node.split('.', 1)[0]! },
  ];
  let extending: readonly string[] = [];
  if (stage.action.type === 'command') {
    parts.push({ kind: 'command', name: '', value: stage.action.command });
  } else {
    const { definition } = stage.action;
    extending = definition.resumable === true ? (definition.extending ?? []) : [];
    const code = await readStageCode(definition.module, workspace, cache);
    parts.push(...code.map(toPart));
  }
  parts.push(...paramParts(stage.params, extending, stage.labelOf));
  for (const name of stage.environment) {
    parts.push({ kind: 'environment', name, value: environment[name] ?? '' });
  }
  for (const { name, path } of stage.outputs) parts.push({ kind: 'output', name, value: path });
  return parts;
}

function toPart(code: CodePart): Part {
  switch (code.type) {
    case 'file':
      return { kind: 'code', name: code.label, value: code.sha256 };
    case 'package':
      return { kind: 'package', name: code.name, value: code.version };
    case 'unresolved':
      return { kind: 'package', name: code.specifier, value: 'not installed' };
  }
}
