import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { NativeBackend, OpAttribute } from '../loading/native-backend.ts';

/** Attributes of a TensorFlow operation by name, each built by one of the functions of `Operations`. */
export type Attributes = Readonly<Record<string, Omit<OpAttribute, 'name'>>>;

/** Runs TensorFlow's own operations by name and builds their attributes. */
export interface Operations {
  /** Runs an operation and returns its outputs as tensors of the current scope. */
  run(
    name: string,
    attributes: Attributes,
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
  /** Runs an operation that has one output. */
  runOne(name: string, attributes: Attributes, inputs: readonly TensorInfo[]): Tensor;
  float(value: number): Omit<OpAttribute, 'name'>;
  int(value: number | readonly number[]): Omit<OpAttribute, 'name'>;
  bool(value: boolean): Omit<OpAttribute, 'name'>;
  string(value: string): Omit<OpAttribute, 'name'>;
  /** The type float32, as attribute `T` of most operations here. */
  readonly float32: Omit<OpAttribute, 'name'>;
  readonly int32: Omit<OpAttribute, 'name'>;
}

/** Wraps the two doors through which tfjs-node's backend runs an operation. */
export function createOperations(backend: NativeBackend): Operations {
  const { binding } = backend;
  const list = (attributes: Attributes): OpAttribute[] =>
    Object.entries(attributes).map(([name, attribute]) => ({ name, ...attribute }));
  return {
    run: (name, attributes, inputs, outputs) =>
      backend.executeMultipleOutputs(name, list(attributes), inputs, outputs),
    runOne: (name, attributes, inputs) =>
      backend.executeSingleOutput(name, list(attributes), inputs),
    float: (value) => ({ type: binding.TF_ATTR_FLOAT, value }),
    int: (value) => ({ type: binding.TF_ATTR_INT, value }),
    bool: (value) => ({ type: binding.TF_ATTR_BOOL, value }),
    string: (value) => ({ type: binding.TF_ATTR_STRING, value }),
    float32: { type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    int32: { type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
  };
}
