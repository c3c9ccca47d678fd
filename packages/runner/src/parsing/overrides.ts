import { parse } from 'yaml';
import type { DeclaredPipeline } from './declared-pipeline.ts';
import type { Diagnostic, Place } from './diagnostic.ts';
import { suggestName } from './nearest-name.ts';

/** The values that references read, and where each was set. */
export interface Parameters {
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the parameter got its value: the pipeline's file or the command line. */
  placeOf(path: readonly string[], wanted: 'key' | 'value'): Place;
}

/**
 * Puts `key=value` texts from the command line over a pipeline's `params`. Values are YAML, so
 * `3` is a number and `[1, 2]` a list. Only parameters that the pipeline declares can be set.
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
    const problem = applyOverride(values, text, setBy);
    if (problem !== undefined) diagnostics.push({ message: problem, where });
  }
  const placeOf = (path: readonly string[], wanted: 'key' | 'value'): Place => {
    for (let length = path.length; length > 0; length--) {
      const key = path.slice(0, length).join('.');
      const text = setBy.get(key);
      if (text !== undefined) return { label: `--set ${text}` };
    }
    const written = ['params', ...path];
    return wanted === 'key' ? pipeline.source.atKey(written) : pipeline.source.at(written);
  };
  return { values, placeOf };
}

function applyOverride(
  values: Record<string, unknown>,
  text: string,
  setBy: Map<string, string>,
): string | undefined {
  const [key = '', ...rest] = text.split('=');
  if (rest.length === 0 || key === '') return `Expected --set <parameter>=<value>, got "${text}".`;
  const path = key.split('.');
  const last = path.pop()!;
  let group: unknown = values;
  for (const segment of path) group = isGroup(group) ? group[segment] : undefined;
  if (!isGroup(group) || !Object.hasOwn(group, last)) {
    return `Unknown parameter "${key}".${suggestName(key, parameterNames(values))}`;
  }
  let value: unknown;
  try {
    value = parse(rest.join('='), { prettyErrors: false });
  } catch (error) {
    return `Parameter "${key}": the value is not YAML: ${(error as Error).message}.`;
  }
  const current = group[last];
  if (isGroup(current) && Object.keys(current).length > 0 && !isGroup(value)) {
    const members = Object.keys(current).map((member) => `${key}.${member}`);
    return `Parameter "${key}" is a group, set one of its members: ${members.join(', ')}.`;
  }
  group[last] = value;
  setBy.set(key, text);
  return undefined;
}

/** The dotted names of all parameters that hold a value, in the order of the file. */
export function parameterNames(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([key, value]) =>
    isGroup(value) && Object.keys(value).length > 0
      ? parameterNames(value).map((name) => `${key}.${name}`)
      : [key],
  );
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
