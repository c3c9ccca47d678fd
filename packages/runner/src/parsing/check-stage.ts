import { posix } from 'node:path';
import { suggestName } from '@limber/files';
import type { StageEntry } from './pipeline-schema.ts';
import { findReferences, referenceForms } from './references.ts';
import { toShellCommand } from './shell-command.ts';
import type { YamlPath } from './yaml-source.ts';

/** A stage's entry, and what it is checked against. */
export interface CheckedStage {
  readonly name: string;
  readonly entry: StageEntry;
  readonly entries: ReadonlyMap<string, StageEntry | undefined>;
  /** Adds a diagnostic: `Stage "<name>"` and the text, for the value at `path` in the entry. */
  readonly report: (text: string, path: YamlPath, wanted?: 'key' | 'value') => void;
}

/** Checks that all that a stage names is there, and that its outputs stay in its own folder. */
export function checkStage(stage: CheckedStage): void {
  checkNeeds(stage);
  checkReferences(stage);
  checkCommand(stage);
  checkOutputs(stage);
}

function checkNeeds({ name, entry, entries, report }: CheckedStage): void {
  for (const [index, needed] of entry.needs.entries()) {
    if (entries.has(needed)) continue;
    const others = [...entries.keys()].filter((other) => other !== name);
    const suggestion = suggestName(needed, others);
    report(` needs "${needed}", but there is no such stage.${suggestion}`, ['needs', index]);
  }
}

function checkReferences({ entry, entries, report }: CheckedStage): void {
  const { run, when, matrix, inputs, slurm } = entry;
  const values = { with: entry.with, run, when, matrix, inputs, slurm };
  for (const { reference, path } of findReferences(values, [])) {
    if (reference.type === 'invalid') {
      const { text } = reference;
      report(`: cannot read the reference "${text}", expected ${referenceForms}.`, path);
    } else if (reference.type === 'matrix' && (matrix === undefined || path[0] === 'matrix')) {
      const why = matrix === undefined ? ', because the stage has no matrix' : '';
      report(`: "matrix.${reference.key}" has no value here${why}.`, path);
    } else if (reference.type === 'output' && path[0] !== 'inputs') {
      report(`: a stage's output is read through "inputs", not in "${path[0]}".`, path);
    } else if (reference.type === 'output') {
      const read = `${reference.stage}/${reference.output}`;
      const writer = entries.get(reference.stage);
      const isBroken = entries.has(reference.stage) && writer === undefined;
      if (isBroken || (writer && Object.hasOwn(writer.outputs, reference.output))) continue;
      const written = [...entries].flatMap(([stage, other]) =>
        Object.keys(other?.outputs ?? {}).map((output) => `${stage}/${output}`),
      );
      report(` reads "${read}", but no stage writes it.${suggestName(read, written)}`, path);
    }
  }
}

function checkCommand({ entry: { run = '' }, report }: CheckedStage): void {
  const references = [...findReferences(run, [])];
  for (const [index, context] of toShellCommand(run).refused.entries()) {
    if (context === undefined) continue;
    const { text } = references[index]!.reference;
    const fix = 'Put it in double quotes or alone, such as in x=${{ ' + text + ' }}, and use "$x".';
    report(`: the reference "${text}" stands in ${context}. ${fix}`, ['run']);
  }
}

function checkOutputs({ entry, report }: CheckedStage): void {
  const earlier: [string, string][] = [];
  for (const [output, path] of Object.entries(entry.outputs)) {
    const where = ['outputs', output];
    const clash = earlier.find(([, other]) => isNested(path, other) || isNested(other, path));
    if (!isInside(path)) {
      const rule = `must lie inside the stage's own folder, got "${path}"`;
      report(`: output "${output}" ${rule}. Use a relative path without "..".`, where);
    } else if (clash !== undefined) {
      const paths = `"${clash[1]}" and "${path}"`;
      report(`: outputs "${clash[0]}" and "${output}" overlap: ${paths}.`, where);
    }
    earlier.push([output, path]);
  }
}

/** Whether a path is relative and stays in the folder that it starts from. */
export function isInside(path: string): boolean {
  const normal = posix.normalize(path.replaceAll('\\', '/'));
  return (
    normal !== '.' &&
    !posix.isAbsolute(normal) &&
    !/^\.\.(\/|$)/.test(normal) &&
    !/^[A-Za-z]:/.test(path) &&
    !path.includes('\0')
  );
}

function isNested(path: string, folder: string): boolean {
  const relative = posix.relative(posix.normalize(folder), posix.normalize(path));
  return relative === '' || !relative.startsWith('..');
}
