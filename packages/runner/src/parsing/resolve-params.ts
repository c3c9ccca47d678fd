import type { ZodType } from 'zod';
import { isMap, setIn, valueAt } from '../json.ts';
import type { Parameters } from './overrides.ts';
import type { ResolvedValue } from './resolve-references.ts';
import { resolveReferences } from './resolve-references.ts';
import type { ResolvedStage } from './resolved-pipeline.ts';
import { checkSchema } from './schema-diagnostics.ts';
import type { StageScope } from './stage-scope.ts';
import { referencesIn } from './stage-scope.ts';
import type { YamlPath } from './yaml-source.ts';

/** Puts parameters into a stage's `with` and parses it by the stage's schema. */
export function resolveParams(scope: StageScope): Pick<ResolvedStage, 'params' | 'labelOf'> {
  const { stage, parameters } = scope;
  const resolved = resolveReferences(stage.with, referencesIn(scope, ['with'], '<value>'));
  return { params: parseParams(resolved, scope), labelOf: labelFinder(resolved, parameters) };
}

function parseParams(resolved: ResolvedValue, scope: StageScope): unknown {
  const { stage, declared, parameters, diagnostics } = scope;
  const given = resolved.value ?? {};
  if (!isMap(given)) {
    const message = `Stage "${stage.name}": expected "with" to be a map of parameters, got ${JSON.stringify(given)}.`;
    diagnostics.push({ message, where: declared.source.at(['stages', stage.name, 'with']) });
    return {};
  }
  const schema = stage.action.type === 'module' ? stage.action.definition.params : undefined;
  if (schema === undefined) return toJson(given);
  const pathInFile = (path: YamlPath): YamlPath => {
    const origin = originOf(path.map(String), resolved);
    return origin === undefined ? ['stages', stage.name, 'with', ...path] : ['params', ...origin];
  };
  const subject = {
    subject: `Stage "${stage.name}"`,
    label: (path: readonly (string | number)[]) => {
      const origin = originOf(path.map(String), resolved);
      return origin === undefined ? ['with', ...path].join('.') : `params.${origin.join('.')}`;
    },
    at: (path: YamlPath, wanted: 'key' | 'value') => parameters.placeOf(pathInFile(path), wanted),
    diagnostics,
  };
  const read = readTexts(schema, given, (path) => parameters.textOf(pathInFile(path)));
  return toJson(checkSchema(schema, read, subject)?.parsed ?? {});
}

/**
 * Where the schema refuses what YAML made of a text of the command line, but takes the text itself
 * (`32` for one of `"32"` and `"auto"`), the text is the value.
 */
function readTexts(
  schema: ZodType,
  given: Readonly<Record<string, unknown>>,
  textOf: (path: YamlPath) => string | undefined,
): Readonly<Record<string, unknown>> {
  let read = given;
  for (const { path } of schema.safeParse(given).error?.issues ?? []) {
    const names = path.map(String);
    const text = textOf(names);
    if (text === undefined) continue;
    const tried = structuredClone(read) as Record<string, unknown>;
    setIn(tried, names, text);
    const issues = schema.safeParse(tried).error?.issues ?? [];
    if (!issues.some((issue) => issue.path.join('.') === names.join('.'))) read = tried;
  }
  return read;
}

/** Params travel to another process and into the fingerprint as JSON, and must not differ there. */
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

/** The parameter that the value at `path` was taken from, or would be if it were given. */
function originOf(path: readonly string[], resolved: ResolvedValue): string[] | undefined {
  for (let length = path.length; length >= 0; length--) {
    const key = path.slice(0, length).join('.');
    const origin = resolved.origins.get(key);
    if (resolved.origins.has(key)) return origin && [...origin, ...path.slice(length)];
  }
  return undefined;
}

function labelFinder(
  resolved: ResolvedValue,
  parameters: Parameters,
): (path: readonly string[]) => string {
  return (path) => {
    const origin = originOf(path, resolved);
    const isSettable = origin !== undefined && valueAt(parameters.values, origin) !== undefined;
    return isSettable ? `params.${origin.join('.')}` : ['with', ...path].join('.');
  };
}
