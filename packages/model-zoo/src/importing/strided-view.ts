import { sizeOfShape } from '@limber/engine';

/** A tensor as a window into an array. */
export interface StridedView {
  /** Where its first number lies. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** By axis: how many numbers further the next one lies. */
  readonly strides: readonly number[];
}

/** The numbers of a view, row by row. The view lies in the array. */
export function gatherStrided(source: Float32Array, view: StridedView): Float32Array {
  const { offset, shape, strides } = view;
  const values = new Float32Array(sizeOfShape(shape));
  const index = shape.map(() => 0);
  let from = offset;
  for (let at = 0; at < values.length; at++) {
    values[at] = source[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}
