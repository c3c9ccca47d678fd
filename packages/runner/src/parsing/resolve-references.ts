import type { Diagnostic, Place } from './diagnostic.ts';
import type { Combination } from './expand-matrix.ts';
import { suggestName } from '@limber/files';
import type { Parameters } from './overrides.ts';
import { parameterNames } from './overrides.ts';
import type { Reference } from './references.ts';
import { parseTemplate } from './references.ts';

/** A YAML value with its references replaced, and the parameter each part came from. */
export interface ResolvedValue {
  readonly value: unknown;
  /** Dotted path in the value → path of the parameter it was taken from. The root's path is ''. */
  readonly origins: ReadonlyMap<string, readonly string[]>;
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
  const origins = new Map<string, readonly string[]>();
  const walk: Walk = { ...context, origins };
  return { value: resolve(value, [], [], walk), origins };
}

interface Walk extends ResolveContext {
  readonly origins: Map<string, readonly string[]>;
}

type Path = readonly (string | number)[];

function resolve(value: unknown, path: Path, reading: readonly string[], walk: Walk): unknown {
  if (typeof value === 'string') return resolveText(value, path, reading, walk);
  if (Array.isArray(value)) {
    return value.map((item, index) => resolve(item, [...path, index], reading, walk));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolve(item, [...path, key], reading, walk)]),
  );
}

function resolveText(text: string, path: Path, reading: readonly string[], walk: Walk): unknown {
  const parts = parseTemplate(text);
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'object') {
    if (first.type === 'param') walk.origins.set(path.join('.'), first.path);
    return readReference(first, path, reading, walk);
  }
  const pieces = parts.map((part) => {
    if (typeof part === 'string') return part;
    const value = readReference(part, path, reading, { ...walk, origins: new Map() });
    return toText(value, part, path, walk);
  });
  return pieces.join('');
}

function readReference(
  reference: Reference,
  path: Path,
  reading: readonly string[],
  walk: Walk,
): unknown {
  const { combination, environment, subject, at, diagnostics } = walk;
  switch (reference.type) {
    case 'param':
      return readParameter(reference.path, path, reading, walk);
    case 'matrix': {
      const { key } = reference;
      if (Object.hasOwn(combination, key)) return combination[key];
      const suggestion = suggestName(key, Object.keys(combination));
      const message = `${subject}: there is no matrix value "${key}".${suggestion}`;
      diagnostics.push({ message, where: at(path) });
      return undefined;
    }
    case 'environment': {
      const { variable } = reference;
      const value = environment[variable];
      if (value !== undefined) return value;
      const message = `${subject} needs the environment variable ${variable}, which is not set.`;
      diagnostics.push({ message, where: at(path), missingParameter: variable });
      return undefined;
    }
    case 'output':
    case 'invalid':
      return undefined;
  }
}

function readParameter(
  parameter: readonly string[],
  path: Path,
  reading: readonly string[],
  walk: Walk,
): unknown {
  const { subject, at, diagnostics, parameters } = walk;
  const name = parameter.join('.');
  if (reading.includes(name)) {
    const cycle = [...reading, name].join(' → ');
    diagnostics.push({
      message: `Parameters refer to each other in a cycle: ${cycle}.`,
      where: at(path),
    });
    return undefined;
  }
  let value: unknown = parameters.values;
  for (const segment of parameter) {
    const group =
      typeof value === 'string'
        ? resolve(value, path, [...reading, name], { ...walk, origins: new Map() })
        : value;
    const isHeld = typeof group === 'object' && group !== null && Object.hasOwn(group, segment);
    if (!isHeld) {
      const suggestion = suggestName(name, parameterNames(parameters.values));
      diagnostics.push({
        message: `${subject}: there is no parameter "${name}".${suggestion}`,
        where: at(path),
      });
      return undefined;
    }
    value = (group as Record<string, unknown>)[segment];
  }
  return resolve(value, path, [...reading, name], walk);
}

function toText(value: unknown, reference: Reference, path: Path, walk: Walk): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  if (reference.type !== 'param') return '';
  const name = reference.path.join('.');
  if (value === null) {
    walk.diagnostics.push(missingValue(name, path, walk));
  } else if (value !== undefined) {
    const message = `${walk.subject}: parameter "${name}" stands inside a text, expected a plain value, got ${Array.isArray(value) ? 'a list' : 'a map'}.`;
    walk.diagnostics.push({ message, where: walk.at(path) });
  }
  return '';
}

/** The diagnostic for a parameter that the user has to set. */
export function missingValue(name: string, path: Path, context: ResolveContext): Diagnostic {
  const message = `${context.subject} needs the parameter "${name}", which has no value. Pass --set ${name}=${context.placeholder}.`;
  return { message, where: context.at(path), missingParameter: name };
}
