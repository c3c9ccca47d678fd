/** TensorFlow's `HistogramProto`. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** Upper ends of the buckets. */
  readonly limits: readonly number[];
  /** How many numbers are in each bucket. */
  readonly buckets: readonly number[];
}

/** TensorFlow's smallest bucket, and how much each is wider than the one before. */
const smallestLimit = 1e-12;
const growth = 1.1;
const largestLimit = 1e20;

const positiveLimits: readonly number[] = powers();
const allLimits: readonly number[] = [
  ...positiveLimits.map((limit) => -limit).reverse(),
  0,
  ...positiveLimits,
  Number.MAX_VALUE,
];

/**
 * Counts numbers into TensorFlow's own buckets, which grow by a tenth from 1e-12 to 1e20 on both sides of 0. Numbers that are
 * not finite are left out.
 */
export function toHistogram(values: Float32Array): Histogram {
  const counts = new Map<number, number>();
  let [min, max, count, sum, sumSquares] = [Infinity, -Infinity, 0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bucket = firstAbove(value);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    min = Math.min(min, value);
    max = Math.max(max, value);
    count++;
    sum += value;
    sumSquares += value * value;
  }
  if (count === 0) [min, max] = [0, 0];
  const filled = [...counts.keys()].sort((a, b) => a - b);
  // the empty bucket before each filled one says where that begins
  const shown = [...new Set(filled.flatMap((at) => (at > 0 ? [at - 1, at] : [at])))];
  return {
    min,
    max,
    count,
    sum,
    sumSquares,
    limits: shown.map((at) => allLimits[at]!),
    buckets: shown.map((at) => counts.get(at) ?? 0),
  };
}

/** Index of the first limit above a value. */
function firstAbove(value: number): number {
  let [low, high] = [0, allLimits.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (allLimits[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function powers(): number[] {
  const limits: number[] = [];
  for (let limit = smallestLimit; limit < largestLimit; limit *= growth) limits.push(limit);
  return limits;
}
