/** A tensor in float64, by rows. */
export interface Float64Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Numbers in (-1, 1), the same for the same seed. */
export function randomValues(count: number, seed: number): Float64Array {
  let state = seed * 7919 + 1;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // float32, so that an engine starts from the same numbers
    return Math.fround((state / 2 ** 32) * 2 - 1);
  });
}

/** Numbers in (-1, 1), no two of which are nearer than `1 / count`: for what has a kink where two are equal. */
export function distinctValues(count: number, seed: number): Float64Array {
  const order = randomValues(count, seed);
  const ranks = [...order.keys()].sort((a, b) => order[a]! - order[b]!);
  const values = new Float64Array(count);
  for (const [rank, index] of ranks.entries()) {
    values[index] = Math.fround((2 * rank + 1) / count - 1);
  }
  return values;
}

/** Creates a tensor whose values are computed from their places. */
export function build(
  shape: readonly number[],
  valueAt: (place: readonly number[]) => number,
): Float64Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  const place = shape.map(() => 0);
  const values = Float64Array.from({ length: size }, () => {
    const value = valueAt(place);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      place[axis] = place[axis]! + 1;
      if (place[axis]! < shape[axis]!) break;
      place[axis] = 0;
    }
    return value;
  });
  return { shape, values };
}

/** The value at a place; 0 outside of the tensor, as padding. */
export function valueAt({ shape, values }: Float64Tensor, ...place: readonly number[]): number {
  let index = 0;
  for (const [axis, at] of place.entries()) {
    if (at < 0 || at >= shape[axis]!) return 0;
    index = index * shape[axis]! + at;
  }
  return values[index]!;
}

/** The value at a place of a tensor that is broadcast to more axes, or along axes of one. */
export function broadcastAt(tensor: Float64Tensor, place: readonly number[]): number {
  const own = place.slice(place.length - tensor.shape.length);
  return valueAt(tensor, ...own.map((at, axis) => (tensor.shape[axis] === 1 ? 0 : at)));
}
