import { suggestName } from '@limber/files';
import { isMap, leavesOf, mergeMaps } from '../json.ts';
import type { Diagnostic, Place } from './diagnostic.ts';
import type { Combination } from './expand-matrix.ts';
import type { Parameters } from './overrides.ts';
import { parameterNames } from './overrides.ts';
import type { Reference } from './references.ts';
import { mergeKey, parseTemplate } from './references.ts';

/** A YAML value with its references replaced, and the parameter each part came from. */
export interface ResolvedValue {
  readonly value: unknown;
  /**
   * Dotted path in the value → path of the parameter it was taken from, or undefined where it stands
   * itself over one that was. The root's path is ''.
   */
  readonly origins: ReadonlyMap<string, readonly string[] | undefined>;
}

/** What references can read, and who resolves, for the messages. */
export interface ResolveContext {
  readonly parameters: Parameters;
  readonly combination: Combination;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Opens each message: `Stage "train"`. */
  readonly subject: string;
  /** What to put after `--set data=` when a value is missing. */
  readonly placeholder: '<path>' | '<value>';
  readonly at: (path: readonly (string | number)[]) => Place;
  readonly diagnostics: Diagnostic[];
}

/**
 * Replaces `${{ params.x }}`, `${{ matrix.x }}` and `${{ env.X }}` in a value. A text that is one
 * reference and nothing else becomes the value with its type; inside a longer text it must be plain.
 */
export function resolveReferences(value: unknown, context: ResolveContext): ResolvedValue {
  const origins = new Map<string, readonly string[] | undefined>();
  return { value: resolve(value, { path: [], reading: [], origins }, context), origins };
}

/** Where the walk through a value is. */
interface Step {
  readonly path: Path;
  /** The parameters on the way here, each read by the one before it. */
  readonly reading: readonly string[];
  /** Undefined inside a longer text or another parameter, which are not taken over whole. */
  readonly origins: Map<string, readonly string[] | undefined> | undefined;
}

type Path = readonly (string | number)[];

function resolve(value: unknown, step: Step, context: ResolveContext): unknown {
  if (typeof value === 'string') return resolveText(value, step, context);
  const inner = (item: unknown, key: string | number): unknown =>
    resolve(item, { ...step, path: [...step.path, key] }, context);
  if (Array.isArray(value)) return value.map(inner);
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, mergeKey)) return resolveMerged(value, step, context);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item, key)]));
}

/** A map with the keys of another one under its own. */
function resolveMerged(
  value: Readonly<Record<string, unknown>>,
  step: Step,
  context: ResolveContext,
): unknown {
  const { [mergeKey]: base, ...own } = value;
  const under = resolve(base, step, context);
  for (const [path] of leavesOf(own))
    step.origins?.set([...step.path, ...path].join('.'), undefined);
  const upper = resolve(own, step, context);
  if (isMap(under)) return mergeMaps(upper, under);
  if (under !== undefined) {
    const message = `${context.subject}: expected "<<" to refer to a map, got ${JSON.stringify(under)}.`;
    context.diagnostics.push({ message, where: context.at([...step.path, mergeKey]) });
  }
  return upper;
}

function resolveText(text: string, step: Step, context: ResolveContext): unknown {
  const { subject, at, diagnostics, parameters } = context;
  const { path } = step;
  const parts = parseTemplate(text);
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'object') {
    if (first.type === 'param') step.origins?.set(path.join('.'), first.path);
    return readReference(first, step, context);
  }
  const pieces = parts.map((part) => {
    if (typeof part === 'string') return part;
    const value = readReference(part, { ...step, origins: undefined }, context);
    const typed = part.type === 'param' ? parameters.textOf(['params', ...part.path]) : undefined;
    if (typed !== undefined && typeof value !== 'string' && value !== null) return typed;
    if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
    if (part.type !== 'param' || value === undefined) return '';
    const name = part.path.join('.');
    if (value === null) diagnostics.push(missingValue(name, path, context));
    else {
      const got = Array.isArray(value) ? 'a list' : 'a map';
      const message = `${subject}: parameter "${name}" stands inside a text, expected a plain value, got ${got}.`;
      diagnostics.push({ message, where: at(path) });
    }
    return '';
  });
  return pieces.join('');
}

function readReference(reference: Reference, step: Step, context: ResolveContext): unknown {
  const { combination, environment, subject, at, diagnostics } = context;
  switch (reference.type) {
    case 'param':
      return readParameter(reference.path, step, context);
    case 'matrix': {
      const { key } = reference;
      if (Object.hasOwn(combination, key)) return combination[key];
      const suggestion = suggestName(key, Object.keys(combination));
      const message = `${subject}: there is no matrix value "${key}".${suggestion}`;
      diagnostics.push({ message, where: at(step.path) });
      return undefined;
    }
    case 'environment': {
      const { variable } = reference;
      const value = Object.hasOwn(environment, variable) ? environment[variable] : undefined;
      if (value !== undefined) return value;
      const message = `${subject} needs the environment variable ${variable}, which is not set.`;
      diagnostics.push({ message, where: at(step.path), missingParameter: variable });
      return undefined;
    }
    case 'output':
    case 'invalid':
      return undefined;
  }
}

function readParameter(parameter: readonly string[], step: Step, context: ResolveContext): unknown {
  const { subject, at, diagnostics, parameters } = context;
  const name = parameter.join('.');
  const report = (message: string): void =>
    void diagnostics.push({ message, where: at(step.path) });
  if (step.reading.includes(name)) {
    const cycle = [...step.reading, name].join(' → ');
    report(`Parameters refer to each other in a cycle: ${cycle}.`);
    return undefined;
  }
  const inner = { ...step, reading: [...step.reading, name] };
  let value: unknown = parameters.values;
  for (const segment of parameter) {
    const isDerived = typeof value === 'string' || (isMap(value) && Object.hasOwn(value, mergeKey));
    const group = isDerived ? resolve(value, { ...inner, origins: undefined }, context) : value;
    const isHeld = typeof group === 'object' && group !== null && Object.hasOwn(group, segment);
    if (!isHeld) {
      const suggestion = suggestName(name, parameterNames(parameters.values));
      report(`${subject}: there is no parameter "${name}".${suggestion}`);
      return undefined;
    }
    value = (group as Record<string, unknown>)[segment];
  }
  return resolve(value, inner, context);
}

/** The diagnostic for a parameter that the user has to set. */
export function missingValue(name: string, path: Path, context: ResolveContext): Diagnostic {
  const message = `${context.subject} needs the parameter "${name}", which has no value. Pass --set ${name}=${context.placeholder}.`;
  return { message, where: context.at(path), missingParameter: name };
}
