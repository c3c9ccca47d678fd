/** Where a number lies, as far as these images can tell. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The middle part of a sample, the ends interpolated linearly.
 *
 * @returns undefined for an empty sample.
 */
export function intervalOf(sample: Float64Array, confidence: number): Interval | undefined {
  if (sample.length === 0) return undefined;
  const sorted = sample.toSorted();
  const tail = (1 - confidence) / 2;
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

function quantile(sorted: Float64Array, part: number): number {
  const place = part * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (place - below);
}
