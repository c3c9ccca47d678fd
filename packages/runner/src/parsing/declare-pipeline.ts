import { posix } from 'node:path';
import type { StageDefinition } from '../stage-definition.ts';
import type { DeclarationContext } from './check-stage.ts';
import { checkStage, isInside } from './check-stage.ts';
import { declareAction } from './declare-action.ts';
import type { DeclaredInput, DeclaredPipeline, DeclaredStage } from './declared-pipeline.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { StageDefaults, StageEntry } from './pipeline-schema.ts';
import { pipelineSchema, stageSchema } from './pipeline-schema.ts';
import type { PipelineSource } from './read-source.ts';
import { parseTemplate } from './references.ts';
import { checkSchema } from './schema-diagnostics.ts';
import { orderStages } from './stage-order.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/**
 * Checks a pipeline's structure: keys, names, references, order.
 *
 * Every problem becomes a diagnostic; a stage with problems of its own does not hide those of others.
 *
 * @returns the pipeline, or undefined when there were problems.
 */
export function declarePipeline(
  source: PipelineSource,
  options: { readonly definitions: readonly StageDefinition[]; readonly workspace: string },
  diagnostics: Diagnostic[],
): DeclaredPipeline | undefined {
  const before = diagnostics.length;
  const checked = checkSchema(
    pipelineSchema,
    source.value,
    subjectOf(source, 'Pipeline', []),
    diagnostics,
  );
  const entries = checkEntries(source, diagnostics);
  const defaults = checked?.parsed.defaults ?? {};
  const context: Context = { source, entries, diagnostics, defaults, ...options };
  const stages = [...entries].flatMap(([name, entry]) => declareStage(name, entry, context));
  if (checked === undefined || diagnostics.length > before) return undefined;
  const order = orderStages(stages);
  if (order.type === 'cycle') {
    const message = `Stages need each other in a cycle: ${order.path.join(' → ')}.`;
    diagnostics.push({ message, where: cyclePlace(order.path, stages, source) });
    return undefined;
  }
  const { name, description, remote, params } = checked.parsed;
  const file = source.label;
  return { name, description, file, source, remote, params, stages: order.stages };
}

interface Context extends DeclarationContext {
  readonly definitions: readonly StageDefinition[];
  readonly workspace: string;
  readonly defaults: StageDefaults;
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
  checkStage(name, entry, context);
  const { source, defaults } = context;
  const action = declareAction(name, entry, context);
  const inputs = Object.entries(entry.inputs).flatMap(([key, path]) =>
    declareInput(name, key, path, context),
  );
  if (action === undefined) return [];
  const read = inputs.flatMap((input) => (input.type === 'output' ? [input.stage] : []));
  const { cpu = 1, memory = 0, gpu = 0 } = { ...defaults.resources, ...entry.resources };
  return [
    {
      name,
      description: entry.description,
      ...action,
      with: entry.with ?? {},
      matrix: entry.matrix,
      when: entry.when ?? true,
      inputs,
      outputs: Object.entries(entry.outputs).map(([output, path]) => ({ name: output, path })),
      placeOfOutput: (output) => source.at(['stages', name, 'outputs', output]),
      needs: [...new Set([...entry.needs, ...read])],
      environment: [...new Set([...(defaults.env ?? []), ...(entry.env ?? [])])],
      resources: { cpu, memoryBytes: memory, gpu },
      retry: entry.retry ?? defaults.retry,
      timeoutMs: entry.timeout ?? defaults.timeout,
    },
  ];
}

function declareInput(
  stage: string,
  key: string,
  path: string | readonly string[],
  { source, entries, diagnostics }: Context,
): DeclaredInput[] {
  const name = key.replace('?', '');
  const templates = typeof path === 'string' ? [path] : path;
  const parsed = templates.map(parseTemplate);
  if (key !== name && Object.hasOwn(entries.get(stage)!.inputs, name)) {
    const message = `Stage "${stage}": input "${name}" is there twice, as "${name}" and as "${key}".`;
    diagnostics.push({ message, where: source.at(['stages', stage, 'inputs', key]) });
  }
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
    diagnostics.push({ message, where: source.at(['stages', stage, 'inputs', key]) });
    return [];
  }
  const subpath = rest === '' ? '' : posix.normalize(rest.slice(1));
  return [{ name, key, type: 'output', stage: first.stage, output: first.output, subpath }];
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
