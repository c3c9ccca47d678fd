import type { Tensor, Variable } from '@tensorflow/tfjs';
import { toFloat32 } from '../precision/to-float32.ts';
import type { NativeBackend, NativeTensorData } from '../loading/native-backend.ts';

/** A variable of TensorFlow's own, which its update operations change in place. */
export interface Resource {
  /** Native handle, the first input of update operations. */
  readonly handle: number;
  /** Sets the value; a copy is made, so that the tensor's memory is never written to. */
  assign(value: Tensor): void;
  /** The value as a tensor that shares the memory until one of the two changes. */
  read(): Tensor;
  /**
   * Makes a tfjs variable's value this resource's, and lets go of the tfjs side.
   *
   * @param factor - the value is multiplied by this.
   */
  take(variable: Variable, factor: number): void;
  /** Gives the value back to the variable that `take` took it from. */
  give(variable: Variable): void;
  dispose(): void;
}

/** A name by which TensorFlow makes a new resource each time. */
const anonymous = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** Creates a float32 resource of a shape; it has no value yet. */
export function createResource(native: NativeBackend, shape: readonly number[]): Resource {
  const { binding } = native;
  const float = { type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  const run = (
    name: string,
    attribute: string,
    inputs: readonly number[],
    outputs: number,
  ): number[] =>
    native.binding
      .executeOp(name, [{ name: attribute, ...float }], inputs, outputs)
      .map((output) => output.id);
  const [handle = -1] = binding
    .executeOp(
      'VarHandleOp',
      [
        { name: 'dtype', ...float },
        { name: 'shape', type: binding.TF_ATTR_SHAPE, value: [...shape] },
        { name: 'shared_name', type: binding.TF_ATTR_STRING, value: anonymous },
      ],
      [],
      1,
    )
    .map((output) => output.id);
  /** The native tensor that `give` handed to the variable, to see whether someone assigned another. */
  let given: NativeTensorData | undefined;
  const multiply = (id: number, factor: number): number => {
    const scalar = binding.createTensor([], binding.TF_FLOAT, Float32Array.of(factor));
    const [product = -1] = run('Mul', 'T', [id, scalar], 1);
    binding.deleteTensor(scalar);
    return product;
  };
  const assignId = (id: number): void => {
    run('AssignVariableOp', 'dtype', [handle, id], 0);
    binding.deleteTensor(id);
  };
  return {
    handle,
    assign: (value) => assignId(multiply(native.getInputTensorIds([value])[0]!, 1)),
    read: () => {
      const [id = -1] = run('ReadVariableOp', 'dtype', [handle], 1);
      return native.createOutputTensor({ id, shape: [...shape], dtype: binding.TF_FLOAT });
    },
    take(variable, factor) {
      const data = native.tensorMap.get(variable.dataId);
      const isOurs = data === given && data.values === null;
      // Memory that came from elsewhere may be someone's array: the product is a copy of our own.
      if (!isOurs || factor !== 1) {
        const value = toFloat32(native, variable);
        assignId(multiply(native.getInputTensorIds([value])[0]!, factor));
        if (value !== variable) value.dispose();
      }
      if (data.refCount === 1) {
        binding.deleteTensor(data.id);
        data.id = -1;
      }
    },
    give(variable) {
      const [id = -1] = run('ReadVariableOp', 'dtype', [handle], 1);
      const data = native.tensorMap.get(variable.dataId);
      if (data.refCount === 1) {
        data.id = id;
        data.values = null;
      } else {
        // A clone shares the data and must keep the old value.
        const fresh = native.createOutputTensor({ id, shape: [...shape], dtype: binding.TF_FLOAT });
        variable.assign(fresh);
        fresh.dispose();
      }
      given = native.tensorMap.get(variable.dataId);
    },
    dispose() {
      binding.executeOp(
        'DestroyResourceOp',
        [{ name: 'ignore_lookup_error', type: binding.TF_ATTR_BOOL, value: true }],
        [handle],
        0,
      );
      binding.deleteTensor(handle);
    },
  };
}
