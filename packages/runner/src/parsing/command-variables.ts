import type { ResolvedStage } from './resolved-pipeline.ts';

/** The variable in a command's environment that stands for a name: upper case, with `_` for the rest. */
export function variableOf(kind: 'INPUT' | 'OUTPUT' | 'PARAM', name: string): string {
  return `LIMBER_${kind}_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** Says which names of a command would be one variable; undefined if all differ. */
export function findSharedVariable(
  stage: Pick<ResolvedStage, 'action' | 'inputs' | 'outputs' | 'params'>,
): string | undefined {
  if (stage.action.type !== 'command') return undefined;
  const names = {
    INPUT: stage.inputs.map(({ name }) => name),
    OUTPUT: stage.outputs.map(({ name }) => name),
    PARAM: Object.keys(stage.params as object),
  };
  for (const kind of ['INPUT', 'OUTPUT', 'PARAM'] as const) {
    const known = new Map<string, string>();
    for (const name of names[kind]) {
      const variable = variableOf(kind, name);
      const other = known.get(variable);
      if (other !== undefined) return `"${other}" and "${name}" are both ${variable} for a command`;
      known.set(variable, name);
    }
  }
  return undefined;
}
