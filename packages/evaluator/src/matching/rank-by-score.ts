/** Up to so many are sorted by insertion. */
const fewScores = 256;

/** Values of the 16 bits that one pass of the radix sort looks at. */
const bucketCount = 1 << 16;

/**
 * Sorts indices by descending score. Equal scores keep their order and NaN comes last, as in numpy's mergesort of
 * the negated scores.
 *
 * @param scores - read at the indices.
 * @param indices - sorted in place, from 0 to before `count`.
 */
export function rankByScore(scores: Float64Array, indices: Uint32Array, count: number): void {
  if (count > fewScores) radixSort(scores, indices, count);
  else insertionSort(scores, indices, count);
}

function insertionSort(scores: Float64Array, indices: Uint32Array, count: number): void {
  for (let at = 1; at < count; at++) {
    const index = indices[at]!;
    const score = scores[index]!;
    let hole = at;
    while (hole > 0 && ranksBefore(score, scores[indices[hole - 1]!]!)) {
      indices[hole] = indices[hole - 1]!;
      hole--;
    }
    indices[hole] = index;
  }
}

function ranksBefore(score: number, other: number): boolean {
  return score > other || (Number.isNaN(other) && !Number.isNaN(score));
}

/** By the keys' lowest 16 bits first; every pass keeps the order of the one before where its own bits are equal. */
function radixSort(scores: Float64Array, indices: Uint32Array, count: number): void {
  const keys = sortKeys(scores, indices, count);
  const starts = new Uint32Array(bucketCount);
  let from = Uint32Array.from({ length: count }, (_, place) => place);
  let to = new Uint32Array(count);
  for (let pass = 0; pass < 4; pass++) {
    countKeys(keys, pass, starts);
    scatterByDigit({ keys, pass, starts }, from, to);
    [from, to] = [to, from];
  }
  const sorted = from.map((place) => indices[place]!);
  indices.set(sorted);
}

/** [count, 4] 16 bits each, the lowest first: 64-bit numbers that ascend where the scores descend. */
function sortKeys(scores: Float64Array, indices: Uint32Array, count: number): Uint16Array {
  const numbers = new Float64Array(count);
  const words = new Uint32Array(numbers.buffer);
  for (let place = 0; place < count; place++) {
    const score = scores[indices[place]!]!;
    // -0 becomes 0
    numbers[place] = score + 0;
    if (Number.isNaN(score)) {
      words[2 * place] = 0xffffffff;
      words[2 * place + 1] = 0xffffffff;
    } else if (words[2 * place + 1]! >>> 31 === 0) {
      words[2 * place]! ^= 0xffffffff;
      words[2 * place + 1]! ^= 0x7fffffff;
    }
  }
  return new Uint16Array(numbers.buffer);
}

/** @param starts - written: how many keys are in lower buckets than this one. */
function countKeys(keys: Uint16Array, pass: number, starts: Uint32Array): void {
  starts.fill(0);
  for (let at = pass; at < keys.length; at += 4) starts[keys[at]!]!++;
  for (let bucket = 0, sum = 0; bucket < bucketCount; bucket++) {
    const size = starts[bucket]!;
    starts[bucket] = sum;
    sum += size;
  }
}

function scatterByDigit(
  { keys, pass, starts }: { keys: Uint16Array; pass: number; starts: Uint32Array },
  from: Uint32Array,
  to: Uint32Array,
): void {
  for (let at = 0; at < from.length; at++) {
    const place = from[at]!;
    to[starts[keys[4 * place + pass]!]!++] = place;
  }
}
