import type { GraphDefAttribute, GraphDefNode, GraphDefWeight } from './graph-def.ts';

const float = { type: 'DT_FLOAT' };
const int = { type: 'DT_INT32' };

/** Collects the operations and constants of a TensorFlow graph. Values are the names of the operations that make them. */
export class GraphDefBuilder {
  readonly nodes: GraphDefNode[] = [];
  readonly weights: GraphDefWeight[] = [];

  add(
    op: string,
    input: readonly string[],
    {
      name,
      ...attr
    }: { readonly name: string } & Readonly<Record<string, GraphDefAttribute | string>>,
  ): string {
    const attributes = attr as Readonly<Record<string, GraphDefAttribute>>;
    this.nodes.push({ name, op, input, attr: { T: float, ...attributes } });
    return name;
  }

  floats(name: string, shape: readonly number[], data: Float32Array): string {
    return this.#constant({ name, shape, dtype: 'float32', data });
  }

  wholes(
    name: string,
    values: readonly number[],
    shape: readonly number[] = [values.length],
  ): string {
    return this.#constant({ name, shape, dtype: 'int32', data: Int32Array.from(values) });
  }

  whole(name: string, value: number): string {
    return this.#constant({ name, shape: [], dtype: 'int32', data: Int32Array.of(value) });
  }

  /** The same numbers in another shape; -1 for the batch. */
  reshape(name: string, input: string, shape: readonly number[]): string {
    return this.add('Reshape', [input, this.wholes(`${name}.shape`, shape)], { name });
  }

  /** The mean over some axes, which stay as 1. */
  mean(name: string, input: string, axes: readonly number[]): string {
    const places = this.wholes(`${name}.axes`, axes);
    return this.add('Mean', [input, places], { name, keep_dims: { b: true } });
  }

  /** The products of the last two axes. */
  multiplyMatrices(
    name: string,
    first: string,
    { by, isTransposed = false }: { readonly by: string; readonly isTransposed?: boolean },
  ): string {
    const sides = { adj_x: { b: false }, adj_y: { b: isTransposed } };
    return this.add('BatchMatMulV2', [first, by], { name, ...sides });
  }

  /** Zeros around every map of [B, H, W, C]. */
  zeroPad(name: string, input: string, margin: number): string {
    const sides = [0, 0, margin, margin, margin, margin, 0, 0];
    return this.add('Pad', [input, this.wholes(`${name}.margins`, sides, [4, 2])], { name });
  }

  #constant(weight: GraphDefWeight): string {
    this.weights.push(weight);
    const dtype = weight.dtype === 'float32' ? float : int;
    this.nodes.push({ name: weight.name, op: 'Const', input: [], attr: { dtype } });
    return weight.name;
  }
}
