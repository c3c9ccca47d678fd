const blockSize = 16;

/**
 * Sorts indices by descending score. Equal scores keep their order and NaN comes last, as in numpy's mergesort of
 * the negated scores.
 *
 * @param scores - read at the indices.
 * @param indices - sorted in place, from 0 to before `count`.
 */
export function rankByScore(scores: Float64Array, indices: Uint32Array, count: number): void {
  for (let start = 0; start < count; start += blockSize) {
    insertionSort(scores, indices, start, Math.min(start + blockSize, count));
  }
  if (count <= blockSize) return;
  let from = indices;
  let to: Uint32Array = new Uint32Array(count);
  for (let run = blockSize; run < count; run *= 2) {
    for (let start = 0; start < count; start += 2 * run) {
      const middle = Math.min(start + run, count);
      mergeRuns(scores, from, to, start, middle, Math.min(start + 2 * run, count));
    }
    [from, to] = [to, from];
  }
  if (from !== indices) indices.set(from.subarray(0, count));
}

function insertionSort(
  scores: Float64Array,
  indices: Uint32Array,
  start: number,
  end: number,
): void {
  for (let at = start + 1; at < end; at++) {
    const index = indices[at]!;
    const score = scores[index]!;
    let hole = at;
    while (hole > start && goesBefore(score, scores[indices[hole - 1]!]!)) {
      indices[hole] = indices[hole - 1]!;
      hole--;
    }
    indices[hole] = index;
  }
}

function mergeRuns(
  scores: Float64Array,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takeRight =
      right < end && (left >= middle || goesBefore(scores[from[right]!]!, scores[from[left]!]!));
    to[at] = takeRight ? from[right++]! : from[left++]!;
  }
}

function goesBefore(score: number, other: number): boolean {
  return score > other || (Number.isNaN(other) && !Number.isNaN(score));
}
