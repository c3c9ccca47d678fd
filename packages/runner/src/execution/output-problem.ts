import { existsSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ResolvedStage } from '../parsing/resolved-pipeline.ts';

/**
 * What is wrong with what a stage wrote: an output that is missing, or that lies behind a symbolic
 * link, whose files would be taken from where they belong.
 */
export function findOutputProblem(
  stage: ResolvedStage,
  root: string,
  outputs: Readonly<Record<string, string>>,
): string | undefined {
  const missing = Object.keys(outputs).filter((name) => !existsSync(outputs[name]!));
  if (missing.length > 0) {
    const names = missing.map((name) => `"${name}"`).join(', ');
    return `Stage "${stage.name}" ended without writing its output ${names}.`;
  }
  if (stage.outputs.length === 0) return undefined;
  const own = realpathSync(root);
  for (const [name, path] of Object.entries(outputs)) {
    if (realpathSync(path) === join(own, relative(root, path))) continue;
    const { label } = stage.placeOfOutput(name);
    return `Stage "${stage.name}": output "${name}" leads out of the stage's own folder through a symbolic link. Copy the files instead. (${label})`;
  }
  return undefined;
}
