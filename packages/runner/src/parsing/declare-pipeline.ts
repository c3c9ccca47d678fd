import { posix } from 'node:path';
import { isMap } from '../json.ts';
import type { CheckedStage } from './check-stage.ts';
import { checkStage, isInside } from './check-stage.ts';
import type { ActionSources } from './declare-action.ts';
import { declareAction } from './declare-action.ts';
import type { DeclaredInput, DeclaredPipeline, DeclaredStage } from './declared-pipeline.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { StageDefaults, StageEntry } from './pipeline-schema.ts';
import { pipelineSchema, stageSchema } from './pipeline-schema.ts';
import type { PipelineSource } from './read-source.ts';
import { parseTemplate } from './references.ts';
import { checkSchema, subjectIn } from './schema-diagnostics.ts';
import { orderStages } from './stage-order.ts';
import type { YamlSource } from './yaml-source.ts';

/**
 * Checks a pipeline's structure: keys, names, references, order.
 *
 * Every problem becomes a diagnostic; a stage with problems of its own does not hide those of others.
 *
 * @returns the pipeline, or undefined when there were problems.
 */
export function declarePipeline(
  source: PipelineSource,
  sources: ActionSources,
  diagnostics: Diagnostic[],
): DeclaredPipeline | undefined {
  const before = diagnostics.length;
  const whole = subjectIn(source, [], { subject: 'Pipeline', diagnostics });
  const checked = checkSchema(pipelineSchema, source.value, whole);
  const entries = checkEntries(source, diagnostics);
  const defaults = checked?.parsed.defaults ?? {};
  const stages = [...entries].flatMap(([name, entry]) => {
    if (entry === undefined) return [];
    const report: CheckedStage['report'] = (text, path, wanted) => {
      const where = source.at(['stages', name, ...path], wanted);
      diagnostics.push({ message: `Stage "${name}"${text}`, where });
    };
    return declareStage({ name, entry, entries, report }, { source, sources, defaults });
  });
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

function checkEntries(
  source: YamlSource,
  diagnostics: Diagnostic[],
): Map<string, StageEntry | undefined> {
  const { stages } = (source.value ?? {}) as { stages?: unknown };
  const entries = isMap(stages) ? Object.entries(stages) : [];
  return new Map(
    entries.map(([name, entry]) => {
      const about = { subject: `Stage "${name}"`, diagnostics };
      const subject = subjectIn(source, ['stages', name], about);
      return [name, checkSchema(stageSchema, entry, subject)?.parsed];
    }),
  );
}

function declareStage(
  stage: CheckedStage,
  {
    source,
    sources,
    defaults,
  }: {
    readonly source: YamlSource;
    readonly sources: ActionSources;
    readonly defaults: StageDefaults;
  },
): DeclaredStage[] {
  const { name, entry } = stage;
  const slurm = { ...defaults.slurm, ...entry.slurm };
  checkStage({ ...stage, entry: { ...entry, slurm } });
  const action = declareAction(stage, sources);
  const inputs = Object.keys(entry.inputs).flatMap((key) => declareInput(key, stage));
  if (action === undefined) return [];
  const read = inputs.flatMap((input) => (input.type === 'output' ? [input.stage] : []));
  const { cpu = 1, memory = 0, gpu = 0 } = { ...defaults.resources, ...entry.resources };
  const { partition, account, time: timeMs } = slurm;
  return [
    {
      name,
      description: entry.description,
      ...action,
      with: entry.with ?? {},
      matrix: entry.matrix,
      when: entry.when ?? true,
      isFrozen: entry.frozen,
      inputs,
      outputs: Object.entries(entry.outputs).map(([output, path]) => ({ name: output, path })),
      placeOfOutput: (output) => source.at(['stages', name, 'outputs', output]),
      needs: [...new Set([...entry.needs, ...read])],
      environment: [...new Set([...(defaults.env ?? []), ...(entry.env ?? [])])],
      resources: { cpu, memoryBytes: memory, gpu },
      executor: entry.executor ?? defaults.executor ?? 'local',
      slurm: { partition, account, timeMs },
      retry: entry.retry ?? defaults.retry,
      isCached: entry.cache,
      timeoutMs: entry.timeout ?? defaults.timeout,
    },
  ];
}

/** @param key - the input's name as written: with a `?` at the end if it is optional. */
function declareInput(key: string, { entry, report }: CheckedStage): DeclaredInput[] {
  const path = entry.inputs[key]!;
  const name = key.replace('?', '');
  const templates = typeof path === 'string' ? [path] : path;
  const parsed = templates.map(parseTemplate);
  if (key !== name && Object.hasOwn(entry.inputs, name)) {
    report(`: input "${name}" is there twice, as "${name}" and as "${key}".`, ['inputs', key]);
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
    const expected = '${{ stages.<stage>.<output> }}, alone or followed by /<path inside it>';
    report(`: input "${name}" reads a stage's output, expected ${expected}.`, ['inputs', key]);
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
