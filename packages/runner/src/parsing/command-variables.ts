import type { ResolvedStage } from './resolved-pipeline.ts';

/** The variable in a command's environment that stands for a name: upper case, with `_` for the rest. */
export function variableOf(kind: 'INPUT' | 'OUTPUT' | 'PARAM', name: string): string {
  return `LIMBER_${kind}_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** Says which names of a command would be one variable; undefined if all differ. */
export function findSharedVariable({
  inputs,
  outputs,
  params,
}: Pick<ResolvedStage, 'inputs' | 'outputs' | 'params'>): string | undefined {
  const variables = [
    ...inputs.map(({ name }) => ({ name, variable: variableOf('INPUT', name) })),
    ...outputs.map(({ name }) => ({ name, variable: variableOf('OUTPUT', name) })),
    ...Object.keys(params as object).map((name) => ({ name, variable: variableOf('PARAM', name) })),
  ];
  for (const [index, { name, variable }] of variables.entries()) {
    const earlier = variables.slice(0, index).find((other) => other.variable === variable);
    if (earlier) return `"${earlier.name}" and "${name}" are both ${variable} for a command`;
  }
  return undefined;
}
