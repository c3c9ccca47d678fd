/** One of several parts of a work, which are counted from 0. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

/**
 * The items of a part. The parts follow one another, are as equal as can be, and are together all items.
 *
 * @param total - how many items there are; some parts are empty if there are fewer than parts.
 * @returns the first of them, from 0, and the one after the last.
 */
export function rangeOfPart(total: number, { index, count }: Part): readonly [number, number] {
  const startOf = (part: number): number => Math.floor((total * part) / count);
  return [startOf(index), startOf(index + 1)];
}
