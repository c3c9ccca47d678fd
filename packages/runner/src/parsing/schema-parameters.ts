import { isMap, leavesOf } from '../json.ts';
import type { DeclaredStage } from './declared-pipeline.ts';
import { parameterNamesOf } from './known-keys.ts';
import { mergeKey, parseTemplate } from './references.ts';

/**
 * The dotted names in a pipeline's params that the schema of some stage knows, whether the file lists
 * them or not: where a stage is `with: ${{ params.train }}`, those of `train`.
 */
export function schemaParameters(stages: readonly DeclaredStage[]): string[] {
  const names = stages.flatMap(({ action, with: given }) => {
    const schema = action.type === 'module' ? action.definition.params : undefined;
    if (schema === undefined) return [];
    return listWholeParameters(given, []).flatMap(({ parameter, path }) =>
      parameterNamesOf(schema, path).map((name) => [...parameter, name].join('.')),
    );
  });
  return [...new Set(names)];
}

/** The dotted names of the parameters of all stages, each behind the name of its stage. */
export function stageParameters(stages: readonly DeclaredStage[]): string[] {
  return stages.flatMap(({ name: stage, action, with: given }) => {
    const schema = action.type === 'module' ? action.definition.params : undefined;
    const names = schema
      ? parameterNamesOf(schema)
      : leavesOf(given).map(([path]) => path.join('.'));
    return names.map((name) => `${stage}.${name}`);
  });
}

/** The parts of `with` that are a whole parameter, or take over its keys. */
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
    listWholeParameters(inner, key === mergeKey ? path : [...path, key]),
  );
}
