import { isMap } from '../json.ts';
import type { DeclaredStage } from './declared-pipeline.ts';
import { knownKeys } from './known-keys.ts';
import { parseTemplate } from './references.ts';

/**
 * The names in the group `group` of a pipeline's params that the schema of some stage knows, whether
 * the file lists them or not: where a stage is `with: ${{ params.train }}`, those of `train`.
 */
export function schemaParameters(
  stages: readonly DeclaredStage[],
  group: readonly string[],
): string[] {
  const names = stages.flatMap(({ action, with: given }) => {
    const schema = action.type === 'module' ? action.definition.params : undefined;
    if (schema === undefined) return [];
    return listWholeParameters(given, []).flatMap(({ parameter, path }) => {
      const isWithin = parameter.every((segment, index) => group[index] === segment);
      return isWithin ? knownKeys(schema, [...path, ...group.slice(parameter.length)]) : [];
    });
  });
  return [...new Set(names)];
}

/** The parts of `with` that are a whole parameter. */
function listWholeParameters(
  value: unknown,
  path: readonly string[],
): { readonly parameter: readonly string[]; readonly path: readonly string[] }[] {
  if (typeof value === 'string') {
    const [only, ...more] = parseTemplate(value);
    const isWhole = typeof only === 'object' && only.type === 'param' && more.length === 0;
    return isWhole ? [{ parameter: only.path, path }] : [];
  }
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    listWholeParameters(inner, [...path, key]),
  );
}
