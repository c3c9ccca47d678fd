/** What the order of stages is decided by. */
export interface OrderedStage {
  readonly name: string;
  readonly needs: readonly string[];
}

/** The stages in an order in which each follows those it needs, or a cycle that forbids one. */
export type StageOrder<T> =
  | { readonly type: 'ordered'; readonly stages: readonly T[] }
  | { readonly type: 'cycle'; readonly path: readonly string[] };

/**
 * Sorts stages so that each follows all it needs, keeping the given order where it is free.
 *
 * A cycle is returned as the way round it, its first stage repeated at the end: a, b, a.
 */
export function orderStages<T extends OrderedStage>(stages: readonly T[]): StageOrder<T> {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const ordered = new Set<T>();
  const path: string[] = [];
  const visit = (stage: T): readonly string[] | undefined => {
    if (ordered.has(stage)) return undefined;
    const start = path.indexOf(stage.name);
    if (start >= 0) return [...path.slice(start), stage.name];
    path.push(stage.name);
    for (const name of stage.needs) {
      const needed = byName.get(name);
      const cycle = needed && visit(needed);
      if (cycle) return cycle;
    }
    path.pop();
    ordered.add(stage);
    return undefined;
  };
  for (const stage of stages) {
    const cycle = visit(stage);
    if (cycle) return { type: 'cycle', path: cycle };
  }
  return { type: 'ordered', stages: [...ordered] };
}

/** The named stages and all that they need, directly or not. */
export function withNeeded(stages: readonly OrderedStage[], names: Iterable<string>): Set<string> {
  const reached = new Set(names);
  for (const stage of [...stages].reverse()) {
    if (reached.has(stage.name)) for (const name of stage.needs) reached.add(name);
  }
  return reached;
}

/** The named stages and all that need them, directly or not. */
export function withDependents(
  stages: readonly OrderedStage[],
  names: Iterable<string>,
): Set<string> {
  const reached = new Set(names);
  for (const stage of stages) {
    if (stage.needs.some((name) => reached.has(name))) reached.add(stage.name);
  }
  return reached;
}
