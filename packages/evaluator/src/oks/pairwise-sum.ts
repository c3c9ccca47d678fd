const blockSize = 128;

/**
 * Adds numbers in the order that numpy.sum takes: eight running sums in a block, halves above 128. The order decides
 * the last bit, and the last bit decides ties.
 *
 * @param values - summed from `start` to before `end`.
 */
export function pairwiseSum(values: Float64Array, start: number, end: number): number {
  const count = end - start;
  if (count < 8) {
    let sum = 0;
    for (let at = start; at < end; at++) sum += values[at]!;
    return sum;
  }
  if (count > blockSize) {
    const half = Math.floor(count / 2);
    const middle = start + half - (half % 8);
    return pairwiseSum(values, start, middle) + pairwiseSum(values, middle, end);
  }
  let a = values[start]!;
  let b = values[start + 1]!;
  let c = values[start + 2]!;
  let d = values[start + 3]!;
  let e = values[start + 4]!;
  let f = values[start + 5]!;
  let g = values[start + 6]!;
  let h = values[start + 7]!;
  const whole = end - (count % 8);
  for (let at = start + 8; at < whole; at += 8) {
    a += values[at]!;
    b += values[at + 1]!;
    c += values[at + 2]!;
    d += values[at + 3]!;
    e += values[at + 4]!;
    f += values[at + 5]!;
    g += values[at + 6]!;
    h += values[at + 7]!;
  }
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let at = whole; at < end; at++) sum += values[at]!;
  return sum;
}
