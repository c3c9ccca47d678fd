import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { NativeBackend, OpAttribute } from '../loading/native-backend.ts';
import type { CastPolicy } from '../precision/cast-policy.ts';

/** Value and type of an attribute. */
type Attribute = Omit<OpAttribute, 'name'>;

/** Attributes of a TensorFlow operation by name, each built by `createAttributes`. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** Builds attributes of TensorFlow's operations. */
export interface AttributeBuilder {
  readonly float: (value: number) => Attribute;
  readonly int: (value: number | readonly number[]) => Attribute;
  readonly bool: (value: boolean) => Attribute;
  readonly string: (value: string) => Attribute;
  /** The type float32, as attribute `T` of most operations here. */
  readonly float32: Attribute;
  readonly int32: Attribute;
}

/** Runs TensorFlow's own operations by name, for kernels. */
export interface Operations extends AttributeBuilder {
  /** Runs an operation that has one output, which becomes a tensor of the current scope. */
  run(name: string, attributes: Attributes, inputs: readonly TensorInfo[]): Tensor;
  /** Runs an operation that has several outputs. */
  runAll(
    name: string,
    attributes: Attributes,
    io: { readonly inputs: readonly TensorInfo[]; readonly outputs: number },
  ): Tensor[];
}

/** Builders for the attribute types of an addon. */
export function createAttributes(binding: NativeBackend['binding']): AttributeBuilder {
  return {
    float: (value) => ({ type: binding.TF_ATTR_FLOAT, value }),
    int: (value) => ({ type: binding.TF_ATTR_INT, value }),
    bool: (value) => ({ type: binding.TF_ATTR_BOOL, value }),
    string: (value) => ({ type: binding.TF_ATTR_STRING, value }),
    float32: { type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    int32: { type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
  };
}

/** Attributes as the addon takes them. */
export function listAttributes(attributes: Attributes): OpAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => ({ name, ...attribute }));
}

/**
 * Runs operations through the two methods of tfjs-node's backend at which mixed precision casts.
 *
 * @param policies - by operation. An operation without one is refused: it would silently run in float32.
 */
export function createOperations(
  backend: NativeBackend,
  policies: ReadonlyMap<string, CastPolicy>,
): Operations {
  const check = (name: string): void => {
    if (policies.has(name)) return;
    throw new Error(`${name}: no cast policy. Name the operation in the cast of its kernel.`);
  };
  return {
    ...createAttributes(backend.binding),
    run: (name, attributes, inputs) => {
      check(name);
      return backend.executeSingleOutput(name, listAttributes(attributes), inputs);
    },
    runAll: (name, attributes, { inputs, outputs }) => {
      check(name);
      return backend.executeMultipleOutputs(name, listAttributes(attributes), inputs, outputs);
    },
  };
}
