/** Values of an epoch on their way to one number, as plain data. */
export interface Reduction {
  readonly type: 'mean' | 'sum' | 'min' | 'max' | 'last';
  readonly count: number;
  /** A sum of value x weight for `mean`. */
  readonly value: number;
  readonly weight: number;
}

/** Before the first value. */
export function emptyReduction(type: Reduction['type']): Reduction {
  return { type, count: 0, value: 0, weight: 0 };
}

/** Takes one more value; values are taken in the order they were logged in. */
export function addToReduction(reduction: Reduction, value: number, weight: number): Reduction {
  const { type, count } = reduction;
  const next = { type, count: count + 1, weight: reduction.weight + weight };
  if (count === 0) return { ...next, value: type === 'mean' ? value * weight : value };
  switch (type) {
    case 'mean':
      return { ...next, value: reduction.value + value * weight };
    case 'sum':
      return { ...next, value: reduction.value + value };
    case 'min':
      return { ...next, value: Math.min(reduction.value, value) };
    case 'max':
      return { ...next, value: Math.max(reduction.value, value) };
    case 'last':
      return { ...next, value };
  }
}

/** @returns null before the first value. */
export function resultOfReduction({ type, count, value, weight }: Reduction): number | null {
  if (count === 0) return null;
  return type === 'mean' ? value / weight : value;
}
