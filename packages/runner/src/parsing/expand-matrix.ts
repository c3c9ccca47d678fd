/** A value of a matrix: plain, because it becomes part of a stage's name. */
type MatrixValue = string | number | boolean;

/** One cell of a matrix: a value for each of its keys. */
export type Combination = Readonly<Record<string, MatrixValue>>;

/** A matrix with its references resolved. */
export interface Matrix {
  readonly axes: Readonly<Record<string, readonly MatrixValue[]>>;
  readonly include: readonly Combination[];
  readonly exclude: readonly Combination[];
}

/**
 * All combinations of a matrix, the last axis varying fastest.
 *
 * A combination that agrees with an entry of `exclude` in all the entry's keys is left out. Then
 * each entry of `include` adds its further keys to every combination that agrees with it in the
 * axes they share; an entry that no combination agrees with is a combination of its own.
 */
export function expandMatrix({ axes, include, exclude }: Matrix): Combination[] {
  let crossed: Record<string, MatrixValue>[] = Object.keys(axes).length === 0 ? [] : [{}];
  for (const [key, values] of Object.entries(axes)) {
    crossed = crossed.flatMap((start) => values.map((value) => ({ ...start, [key]: value })));
  }
  const isExcluded = (cell: Combination): boolean =>
    exclude.some((entry) => Object.entries(entry).every(([key, value]) => cell[key] === value));
  const cells = crossed.filter((cell) => !isExcluded(cell));
  const added: Combination[] = [];
  for (const entry of include) {
    const shared = Object.keys(entry).filter((key) => Object.hasOwn(axes, key));
    const fitting = cells.filter((cell) => shared.every((key) => cell[key] === entry[key]));
    const isOwn = fitting.length === 0 || Object.keys(axes).length === 0;
    if (isOwn) added.push({ ...entry });
    else for (const cell of fitting) Object.assign(cell, entry);
  }
  return [...cells, ...added];
}

/** What a combination adds to a stage's name: its values, as far as a file name can hold them. */
export function nameCombination(combination: Combination): string {
  return Object.values(combination)
    .map((value) => String(value).replaceAll(/[^A-Za-z0-9_.]+/g, '_'))
    .join('-');
}

/** Whether two combinations have the same value for every key that both have. */
export function agree(one: Combination, other: Combination): boolean {
  return Object.entries(one).every(
    ([key, value]) => !Object.hasOwn(other, key) || other[key] === value,
  );
}
