import { posix } from 'node:path';
import type { StageDefinition } from '../stage-definition.ts';
import type {
  DeclaredInput,
  DeclaredPipeline,
  DeclaredStage,
  StageAction,
} from './declared-pipeline.ts';
import type { Diagnostic } from './diagnostic.ts';
import { suggestName } from './nearest-name.ts';
import { pipelineSchema, stageSchema, type StageEntry } from './pipeline-schema.ts';
import { findReferences, parseTemplate } from './references.ts';
import { checkSchema } from './schema-diagnostics.ts';
import { orderStages } from './stage-order.ts';
import { parseYamlSource, type YamlPath, type YamlSource } from './yaml-source.ts';

/**
 * Parses a pipeline's text and checks its structure: keys, names, references, order.
 *
 * Every problem becomes a diagnostic; a stage with problems of its own does not hide those of others.
 *
 * @param file - as shown in messages.
 * @returns the pipeline, or undefined when there were problems.
 */
export function declarePipeline(
  text: string,
  file: string,
  definitions: readonly StageDefinition[],
  diagnostics: Diagnostic[],
): DeclaredPipeline | undefined {
  const source = parseYamlSource(text, file, diagnostics);
  if (source === undefined) return undefined;
  const before = diagnostics.length;
  const checked = checkSchema(
    pipelineSchema,
    source.value,
    subjectOf(source, 'Pipeline', []),
    diagnostics,
  );
  const entries = checkEntries(source, diagnostics);
  const context: Context = { source, entries, definitions, diagnostics };
  const stages = [...entries].flatMap(([name, entry]) => declareStage(name, entry, context));
  if (checked === undefined || diagnostics.length > before) return undefined;
  const order = orderStages(stages);
  if (order.type === 'cycle') {
    const message = `Stages need each other in a cycle: ${order.path.join(' → ')}.`;
    diagnostics.push({ message, where: cyclePlace(order.path, stages, source) });
    return undefined;
  }
  const { name, description, params } = checked.parsed;
  return { name, description, file, source, params, stages: order.stages };
}

interface Context {
  readonly source: YamlSource;
  readonly entries: ReadonlyMap<string, StageEntry | undefined>;
  readonly definitions: readonly StageDefinition[];
  readonly diagnostics: Diagnostic[];
}

function checkEntries(
  source: YamlSource,
  diagnostics: Diagnostic[],
): Map<string, StageEntry | undefined> {
  const { stages } = (source.value ?? {}) as { stages?: Record<string, unknown> };
  const entries = new Map<string, StageEntry | undefined>();
  if (typeof stages !== 'object' || stages === null) return entries;
  for (const [name, entry] of Object.entries(stages)) {
    const subject = subjectOf(source, `Stage "${name}"`, ['stages', name]);
    entries.set(name, checkSchema(stageSchema, entry, subject, diagnostics)?.parsed);
  }
  return entries;
}

function subjectOf(
  source: YamlSource,
  subject: string,
  base: YamlPath,
): Parameters<typeof checkSchema>[2] {
  return {
    subject,
    label: (path) => path.join('.'),
    at: (path, wanted) =>
      wanted === 'key' ? source.atKey([...base, ...path]) : source.at([...base, ...path]),
  };
}

function declareStage(
  name: string,
  entry: StageEntry | undefined,
  context: Context,
): DeclaredStage[] {
  if (entry === undefined) return [];
  checkNeeds(name, entry, context);
  checkReferences(name, entry, context);
  checkOutputs(name, entry, context);
  const action = declareAction(name, entry, context);
  const inputs = Object.entries(entry.inputs).flatMap(([key, path]) =>
    declareInput(name, key, path, context),
  );
  if (action === undefined) return [];
  const read = inputs.flatMap((input) => (input.type === 'output' ? [input.stage] : []));
  return [
    {
      name,
      description: entry.description,
      action,
      with: entry.with ?? {},
      inputs,
      outputs: Object.entries(entry.outputs).map(([output, path]) => ({ name: output, path })),
      needs: [...new Set([...entry.needs, ...read])],
      environment: entry.env,
      cpu: entry.resources.cpu,
    },
  ];
}

function declareAction(name: string, entry: StageEntry, context: Context): StageAction | undefined {
  const { source, definitions, diagnostics } = context;
  if ((entry.uses === undefined) === (entry.run === undefined)) {
    const message = `Stage "${name}": expected either "uses" or "run", got ${entry.uses === undefined ? 'neither' : 'both'}.`;
    diagnostics.push({ message, where: source.atKey(['stages', name]) });
    return undefined;
  }
  if (entry.run !== undefined) return { type: 'command', command: entry.run };
  const definition = definitions.find((known) => known.name === entry.uses);
  if (definition !== undefined) return { type: 'module', definition };
  const names = definitions.map((known) => known.name);
  const message = `Stage "${name}" uses "${entry.uses}", which does not exist.${suggestName(entry.uses!, names)}`;
  diagnostics.push({ message, where: source.at(['stages', name, 'uses']) });
  return undefined;
}

function checkNeeds(
  name: string,
  entry: StageEntry,
  { source, entries, diagnostics }: Context,
): void {
  for (const [index, needed] of entry.needs.entries()) {
    if (entries.has(needed)) continue;
    const others = [...entries.keys()].filter((other) => other !== name);
    const message = `Stage "${name}" needs "${needed}", but there is no such stage.${suggestName(needed, others)}`;
    diagnostics.push({ message, where: source.at(['stages', name, 'needs', index]) });
  }
}

function checkReferences(name: string, entry: StageEntry, context: Context): void {
  const { source, entries, diagnostics } = context;
  const base = ['stages', name];
  const values = { with: entry.with, run: entry.run, inputs: rawInputs(source, name) };
  for (const { reference, path } of findReferences(values, [])) {
    const where = source.at([...base, ...path]);
    if (reference.type === 'invalid') {
      const message = `Stage "${name}": cannot read the reference "${reference.text}", expected params.<name> or stages.<stage>.<output>.`;
      diagnostics.push({ message, where });
    } else if (reference.type === 'output' && path[0] !== 'inputs') {
      const message = `Stage "${name}": a stage's output is read through "inputs", not in "${path[0]}".`;
      diagnostics.push({ message, where });
    } else if (reference.type === 'output') {
      const written = [...entries].flatMap(([stage, other]) =>
        Object.keys(other?.outputs ?? {}).map((output) => `${stage}/${output}`),
      );
      const read = `${reference.stage}/${reference.output}`;
      const isBroken = entries.has(reference.stage) && entries.get(reference.stage) === undefined;
      if (written.includes(read) || isBroken) continue;
      const message = `Stage "${name}" reads "${read}", but no stage writes it.${suggestName(read, written)}`;
      diagnostics.push({ message, where });
    }
  }
}

function rawInputs(source: YamlSource, name: string): unknown {
  const stages = (source.value as { stages: Record<string, { inputs?: unknown }> }).stages;
  return stages[name]?.inputs ?? {};
}

function declareInput(
  stage: string,
  key: string,
  path: string | readonly string[],
  { source, entries, diagnostics }: Context,
): DeclaredInput[] {
  const name = key.replace('?', '');
  const where = source.at(['stages', stage, 'inputs', key]);
  if (key !== name && Object.hasOwn(entries.get(stage)!.inputs, name)) {
    const message = `Stage "${stage}": input "${name}" is there twice, as "${name}" and as "${key}".`;
    diagnostics.push({ message, where });
  }
  const templates = typeof path === 'string' ? [path] : path;
  const parsed = templates.map(parseTemplate);
  const readsOutput = parsed
    .flat()
    .some((part) => typeof part !== 'string' && part.type === 'output');
  const isList = typeof path !== 'string';
  if (!readsOutput) return [{ name, key, type: 'files', templates, isList }];
  const [first, rest = '', ...more] = parsed[0] ?? [];
  const isWhole = typeof first === 'object' && first.type === 'output' && more.length === 0;
  const isPlain = typeof rest === 'string' && (rest === '' || isInside(rest.replace(/^\//, './/')));
  if (isList || !isWhole || !isPlain || !/^(\/|$)/.test(rest)) {
    const message = `Stage "${stage}": input "${name}" reads a stage's output, expected \${{ stages.<stage>.<output> }}, alone or followed by /<path inside it>.`;
    diagnostics.push({ message, where });
    return [];
  }
  const subpath = rest === '' ? '' : posix.normalize(rest.slice(1));
  return [{ name, key, type: 'output', stage: first.stage, output: first.output, subpath }];
}

function checkOutputs(name: string, entry: StageEntry, { source, diagnostics }: Context): void {
  const earlier: [string, string][] = [];
  for (const [output, path] of Object.entries(entry.outputs)) {
    const where = source.at(['stages', name, 'outputs', output]);
    const clash = earlier.find(([, other]) => isNested(path, other) || isNested(other, path));
    if (!isInside(path)) {
      const message = `Stage "${name}": output "${output}" must lie inside the stage's own folder, got "${path}". Use a relative path without "..".`;
      diagnostics.push({ message, where });
    } else if (clash !== undefined) {
      const message = `Stage "${name}": outputs "${clash[0]}" and "${output}" overlap: "${clash[1]}" and "${path}".`;
      diagnostics.push({ message, where });
    }
    earlier.push([output, path]);
  }
}

function isInside(path: string): boolean {
  const normal = posix.normalize(path.replaceAll('\\', '/'));
  return (
    normal !== '.' &&
    !posix.isAbsolute(normal) &&
    !/^\.\.(\/|$)/.test(normal) &&
    !/^[A-Za-z]:/.test(path)
  );
}

function isNested(path: string, folder: string): boolean {
  const relative = posix.relative(posix.normalize(folder), posix.normalize(path));
  return relative === '' || !relative.startsWith('..');
}

function cyclePlace(
  path: readonly string[],
  stages: readonly DeclaredStage[],
  source: YamlSource,
): Diagnostic['where'] {
  const [from, to] = path.slice(-2);
  const stage = stages.find(({ name }) => name === from);
  const input = stage?.inputs.find((read) => read.type === 'output' && read.stage === to);
  if (input !== undefined) return source.at(['stages', from!, 'inputs', input.key]);
  return source.at(['stages', from!, 'needs']);
}
