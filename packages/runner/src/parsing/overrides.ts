import { suggestName } from '@limber/files';
import { parseDocument } from 'yaml';
import { isMap, setIn, valueAt } from '../json.ts';
import type { DeclaredPipeline, DeclaredStage } from './declared-pipeline.ts';
import type { Diagnostic, Place } from './diagnostic.ts';
import { mergeKey } from './references.ts';
import { schemaParameters, stageParameters } from './schema-parameters.ts';
import type { YamlPath } from './yaml-source.ts';

/** The values that references read, the stages that read them, and where each value was set. */
export interface Parameters {
  readonly values: Readonly<Record<string, unknown>>;
  /** With what the command line sets in their own `with`. */
  readonly stages: readonly DeclaredStage[];
  /** Where the value at `path` of the file was set: there or on the command line. */
  placeOf(path: YamlPath, wanted: 'key' | 'value'): Place;
  /** What the command line gives for the value at `path` of the file, as it was typed. */
  textOf(path: YamlPath): string | undefined;
}

/**
 * Puts `key=value` texts from the command line over a pipeline's values. What can be set are the
 * parameters that the pipeline lists, those that the schema of a stage knows in a group that is handed
 * to it, and, behind its name, every parameter of a stage (`evaluate.flipTest`).
 *
 * Values are YAML, so `3` is a number and `[1, 2]` a list; a text that is not YAML is a string, and so
 * is one where only a string will do.
 */
export function applyOverrides(
  pipeline: DeclaredPipeline,
  overrides: readonly string[],
  diagnostics: Diagnostic[],
): Parameters {
  const { params, stages, source } = pipeline;
  const given = stages.map((stage) => [stage.name, { with: stage.with }] as const);
  const root = structuredClone({ params, stages: Object.fromEntries(given) });
  const texts = new Map<string, { readonly option: string; readonly text: string }>();
  for (const option of overrides) {
    const report = (message: string): void =>
      void diagnostics.push({ message, where: { label: `--set ${option}` } });
    const [, key, text] = /^([^=]+)=(.*)$/s.exec(option) ?? [];
    if (key === undefined || text === undefined) {
      report(`Expected --set <parameter>=<value>, got "${option}".`);
      continue;
    }
    const path = findSettable(key, root.params, stages);
    if (path === undefined) {
      report(`Unknown parameter "${key}".${suggestParameter(key, root.params, stages)}`);
      continue;
    }
    const value = parseValue(text);
    const current = valueAt(root, path);
    const members = isMap(current) && !isMap(value) && value !== null ? Object.keys(current) : [];
    if (members.length > 0) {
      const names = members.map((member) => `${key}.${member}`).join(', ');
      report(`Parameter "${key}" is a group, set one of its members: ${names}.`);
      continue;
    }
    setIn(root, path, value);
    const dotted = path.join('.');
    for (const set of texts.keys()) if (set.startsWith(`${dotted}.`)) texts.delete(set);
    texts.set(dotted, { option, text });
  }
  return {
    values: root.params,
    stages: stages.map((stage) => ({ ...stage, with: root.stages[stage.name]!.with })),
    textOf: (path) => texts.get(path.join('.'))?.text,
    placeOf(path, wanted) {
      for (let length = path.length; length > 0; length--) {
        const set = texts.get(path.slice(0, length).join('.'));
        if (set !== undefined) return { label: `--set ${set.option}` };
      }
      return source.at(path, wanted);
    },
  };
}

/** Where in the file the value of that name belongs; undefined if nothing is called so. */
function findSettable(
  key: string,
  values: Readonly<Record<string, unknown>>,
  stages: readonly DeclaredStage[],
): string[] | undefined {
  const path = key.split('.');
  const isAmong = (names: readonly string[]): boolean =>
    names.some((name) => name === key || name.startsWith(`${key}.`));
  const isHeld = valueAt(values, path) !== undefined;
  if (isHeld || isAmong(schemaParameters(stages))) return ['params', ...path];
  const [stage, ...rest] = path;
  const isOfStage = rest.length > 0 && isAmong(stageParameters(stages));
  return isOfStage ? ['stages', stage!, 'with', ...rest] : undefined;
}

/** The names that were probably meant: with the same last part, or else spelt alike. */
function suggestParameter(
  key: string,
  values: Readonly<Record<string, unknown>>,
  stages: readonly DeclaredStage[],
): string {
  const listed = [...parameterNames(values), ...schemaParameters(stages)];
  const names = [...new Set([...listed, ...stageParameters(stages)])];
  const last = key.split('.').at(-1)!;
  const meant = names.filter((name) => name.endsWith(`.${last}`));
  const shown = meant.length > 3 ? [] : meant.map((name) => `"${name}"`);
  return shown.length > 0 ? ` Did you mean ${shown.join(' or ')}?` : suggestName(key, names);
}

/** @returns as YAML reads it, but a string as it was typed, unless it is quoted. */
function parseValue(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length + document.warnings.length > 0) return text;
  const value: unknown = document.toJS();
  return typeof value === 'string' && !/^\s*["']/.test(text) ? text : value;
}

/** The dotted names of all parameters that hold a value, in the order of the file. */
export function parameterNames(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (key === mergeKey) return [];
    if (!isMap(value) || Object.keys(value).length === 0) return [key];
    return parameterNames(value).map((name) => `${key}.${name}`);
  });
}
