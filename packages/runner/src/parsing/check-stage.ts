import { posix } from 'node:path';
import type { Diagnostic } from './diagnostic.ts';
import { suggestName } from '@limber/files';
import type { StageEntry } from './pipeline-schema.ts';
import { findReferences, referenceForms } from './references.ts';
import type { YamlSource } from './yaml-source.ts';

/** What a stage's declaration is checked against. */
export interface DeclarationContext {
  readonly source: YamlSource;
  readonly entries: ReadonlyMap<string, StageEntry | undefined>;
  readonly diagnostics: Diagnostic[];
}

/** Checks that all that a stage names is there, and that its outputs stay in its own folder. */
export function checkStage(name: string, entry: StageEntry, context: DeclarationContext): void {
  checkNeeds(name, entry, context);
  checkReferences(name, entry, context);
  checkOutputs(name, entry, context);
}

function checkNeeds(
  name: string,
  entry: StageEntry,
  { source, entries, diagnostics }: DeclarationContext,
): void {
  for (const [index, needed] of entry.needs.entries()) {
    if (entries.has(needed)) continue;
    const others = [...entries.keys()].filter((other) => other !== name);
    const message = `Stage "${name}" needs "${needed}", but there is no such stage.${suggestName(needed, others)}`;
    diagnostics.push({ message, where: source.at(['stages', name, 'needs', index]) });
  }
}

function checkReferences(name: string, entry: StageEntry, context: DeclarationContext): void {
  const { source, entries, diagnostics } = context;
  const base = ['stages', name];
  const { run, when, matrix } = entry;
  const values = { with: entry.with, run, when, matrix, inputs: entry.inputs };
  for (const { reference, path } of findReferences(values, [])) {
    const report = (message: string): void => {
      diagnostics.push({
        message: `Stage "${name}"${message}`,
        where: source.at([...base, ...path]),
      });
    };
    if (reference.type === 'invalid') {
      report(`: cannot read the reference "${reference.text}", expected ${referenceForms}.`);
    } else if (reference.type === 'matrix' && (matrix === undefined || path[0] === 'matrix')) {
      const why = matrix === undefined ? ', because the stage has no matrix' : '';
      report(`: "matrix.${reference.key}" has no value here${why}.`);
    } else if (reference.type === 'output' && path[0] !== 'inputs') {
      report(`: a stage's output is read through "inputs", not in "${path[0]}".`);
    } else if (reference.type === 'output') {
      const read = `${reference.stage}/${reference.output}`;
      const writer = entries.get(reference.stage);
      const isBroken = entries.has(reference.stage) && writer === undefined;
      if (isBroken || (writer && Object.hasOwn(writer.outputs, reference.output))) continue;
      const written = [...entries].flatMap(([stage, other]) =>
        Object.keys(other?.outputs ?? {}).map((output) => `${stage}/${output}`),
      );
      report(` reads "${read}", but no stage writes it.${suggestName(read, written)}`);
    }
  }
}

function checkOutputs(
  name: string,
  entry: StageEntry,
  { source, diagnostics }: DeclarationContext,
): void {
  const earlier: [string, string][] = [];
  for (const [output, path] of Object.entries(entry.outputs)) {
    const report = (message: string): void => {
      const where = source.at(['stages', name, 'outputs', output]);
      diagnostics.push({ message: `Stage "${name}": ${message}`, where });
    };
    const clash = earlier.find(([, other]) => isNested(path, other) || isNested(other, path));
    if (!isInside(path)) {
      report(
        `output "${output}" must lie inside the stage's own folder, got "${path}". Use a relative path without "..".`,
      );
    } else if (clash !== undefined) {
      report(`outputs "${clash[0]}" and "${output}" overlap: "${clash[1]}" and "${path}".`);
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
