import { suggestName } from '@limber/files';
import { parse } from 'yaml';
import { isMap } from '../json.ts';
import type { DeclaredPipeline, DeclaredStage } from './declared-pipeline.ts';
import type { Diagnostic, Place } from './diagnostic.ts';
import { schemaParameters } from './schema-parameters.ts';

/** The values that references read, and where each was set. */
export interface Parameters {
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the parameter got its value: the pipeline's file or the command line. */
  placeOf(path: readonly string[], wanted: 'key' | 'value'): Place;
}

/**
 * Puts `key=value` texts from the command line over a pipeline's `params`. Values are YAML, so
 * `3` is a number and `[1, 2]` a list. What can be set are the parameters that the pipeline lists, and
 * those that the schema of a stage knows in a group that is handed to it.
 */
export function applyOverrides(
  pipeline: DeclaredPipeline,
  overrides: readonly string[],
  diagnostics: Diagnostic[],
): Parameters {
  const values = structuredClone(pipeline.params) as Record<string, unknown>;
  const setBy = new Map<string, string>();
  for (const text of overrides) {
    const where: Place = { label: `--set ${text}` };
    const problem = applyOverride(text, values, pipeline.stages);
    if (problem === undefined) setBy.set(text.split('=', 1)[0]!, text);
    else diagnostics.push({ message: problem, where });
  }
  const placeOf = (path: readonly string[], wanted: 'key' | 'value'): Place => {
    for (let length = path.length; length > 0; length--) {
      const key = path.slice(0, length).join('.');
      const text = setBy.get(key);
      if (text !== undefined) return { label: `--set ${text}` };
    }
    return pipeline.source.at(['params', ...path], wanted);
  };
  return { values, placeOf };
}

/** Sets one value; says what is wrong if it cannot be set. */
function applyOverride(
  text: string,
  values: Record<string, unknown>,
  stages: readonly DeclaredStage[],
): string | undefined {
  const [key = '', ...rest] = text.split('=');
  if (rest.length === 0 || key === '') return `Expected --set <parameter>=<value>, got "${text}".`;
  const path = key.split('.');
  const unknown = findUnknown(stages, values, path);
  if (unknown >= 0) {
    const group = path.slice(0, unknown);
    const known = schemaParameters(stages, group).map((name) => [...group, name].join('.'));
    const names = [...new Set([...parameterNames(values), ...known])];
    return `Unknown parameter "${key}".${suggestName(key, names)}`;
  }
  let value: unknown;
  try {
    value = parse(rest.join('='), { prettyErrors: false });
  } catch (error) {
    return `Parameter "${key}": the value is not YAML: ${(error as Error).message}.`;
  }
  const last = path.pop()!;
  const group = openGroup(values, path);
  const current = group[last];
  if (isMap(current) && Object.keys(current).length > 0 && !isMap(value)) {
    const members = Object.keys(current).map((member) => `${key}.${member}`);
    return `Parameter "${key}" is a group, set one of its members: ${members.join(', ')}.`;
  }
  group[last] = value;
  return undefined;
}

/** The first segment of `path` that neither the file nor the schema of a stage knows, or -1. */
function findUnknown(
  stages: readonly DeclaredStage[],
  values: Readonly<Record<string, unknown>>,
  path: readonly string[],
): number {
  let group: unknown = values;
  return path.findIndex((segment, index) => {
    const isHeld = isMap(group) && Object.hasOwn(group, segment);
    const isOpen = isMap(group) || group === undefined || group === null;
    group = isHeld ? (group as Record<string, unknown>)[segment] : undefined;
    return !isHeld && !(isOpen && schemaParameters(stages, path.slice(0, index)).includes(segment));
  });
}

/** The group at `path`, made where the file does not list it. */
function openGroup(
  values: Record<string, unknown>,
  path: readonly string[],
): Record<string, unknown> {
  let group = values;
  for (const segment of path) {
    if (!Object.hasOwn(group, segment) || !isMap(group[segment])) group[segment] = {};
    group = group[segment] as Record<string, unknown>;
  }
  return group;
}

/** The dotted names of all parameters that hold a value, in the order of the file. */
export function parameterNames(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([key, value]) =>
    isMap(value) && Object.keys(value).length > 0
      ? parameterNames(value).map((name) => `${key}.${name}`)
      : [key],
  );
}
