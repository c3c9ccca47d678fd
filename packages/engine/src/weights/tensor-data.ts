/** A tensor outside of TensorFlow, as a file holds it. */
export interface TensorData {
  /** Named as in safetensors. */
  readonly dtype: 'F32';
  readonly shape: readonly number[];
  /** Row by row; its length is the product of `shape`. */
  readonly data: Float32Array;
}

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, TensorData>>;

/** How many numbers a shape holds; 1 for a scalar's []. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
