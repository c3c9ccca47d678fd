import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-message.ts';

/** Collects the operations and constants of an ONNX graph. Values are their names. */
export class OnnxBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];
  #values = 0;

  /** An operation with one output. @param output - its name; made up by default. */
  add(
    type: string,
    inputs: readonly string[],
    {
      output = this.#freshName(),
      ...attributes
    }: { output?: string } & Record<string, OnnxAttribute> = {},
  ): string {
    this.nodes.push({ type, inputs, outputs: [output], attributes });
    return output;
  }

  /** An operation whose result is split along an axis. */
  split(
    input: string,
    { count, axis }: { readonly count: number; readonly axis: number },
  ): string[] {
    const outputs = Array.from({ length: count }, () => this.#freshName());
    this.nodes.push({ type: 'Split', inputs: [input], outputs, attributes: { axis } });
    return outputs;
  }

  floats(shape: readonly number[], values: Iterable<number>): string {
    return this.#constant(shape, Float32Array.from(values));
  }

  scalar(value: number): string {
    return this.floats([], [value]);
  }

  wholes(values: readonly number[]): string {
    return this.#constant([values.length], BigInt64Array.from(values, BigInt));
  }

  whole(value: number): string {
    return this.#constant([], BigInt64Array.of(BigInt(value)));
  }

  reshape(input: string, shape: readonly number[], output?: string): string {
    const options = output === undefined ? {} : { output };
    return this.add('Reshape', [input, this.wholes(shape)], options);
  }

  #constant(shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const name = `constant.${this.constants.length}`;
    this.constants.push({ name, shape, data });
    return name;
  }

  #freshName(): string {
    return `value.${this.#values++}`;
  }
}
