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

  #constant(weight: GraphDefWeight): string {
    this.weights.push(weight);
    const dtype = weight.dtype === 'float32' ? float : int;
    this.nodes.push({ name: weight.name, op: 'Const', input: [], attr: { dtype } });
    return weight.name;
  }
}
