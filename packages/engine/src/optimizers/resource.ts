import type { Tensor, Variable } from '@tensorflow/tfjs';
import { createAttributes, listAttributes } from '../kernels/operations.ts';
import { toFloat32 } from '../precision/to-float32.ts';
import type { NativeBackend, NativeTensorData } from '../loading/native-backend.ts';

/** The native tensor of a tensor. */
export function idOf(native: NativeBackend, tensor: Tensor): number {
  return native.getInputTensorIds([tensor])[0]!;
}

/** A variable of TensorFlow's own, which its update operations change in place. */
export interface Resource {
  /** Native handle, the first input of update operations. */
  readonly handle: number;
  /** Sets the value; a copy is made, so that the tensor's memory is never written to. */
  assign(value: Tensor): void;
  /** The value as a tensor that shares the memory until one of the two changes. */
  read(): Tensor;
  /**
   * Makes a tfjs variable's value this resource's, unless it is already.
   *
   * @returns the native tensor of the value, or -1 where the resource alone has it; and whether nothing but the variable
   * reads that tensor: then it may be deleted before an update, so that the resource is the only owner of the memory.
   */
  take(variable: Variable): { readonly id: number; readonly isReleased: boolean };
  /**
   * Gives the resource's value to the variable, in the place of what `take` took.
   *
   * @param id - the value, as read from the resource.
   */
  give(variable: Variable, id: number): void;
  /** The value as a native tensor that shares the memory until one of the two changes. */
  readId(): number;
  dispose(): void;
}

/** A name by which TensorFlow makes a new resource each time. */
const anonymous = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/** Creates a float32 resource of a shape; it has no value yet. */
export function createResource(native: NativeBackend, shape: readonly number[]): Resource {
  const { binding } = native;
  const { bool, float32, string } = createAttributes(binding);
  const dtype = listAttributes({ dtype: float32 });
  const creation = listAttributes({
    dtype: float32,
    shape: { type: binding.TF_ATTR_SHAPE, value: [...shape] },
    shared_name: string(anonymous),
  });
  const handle = binding.executeOp('VarHandleOp', creation, [], 1)[0]!.id;
  const readId = (): number =>
    native.binding.executeOp('ReadVariableOp', dtype, [handle], 1)[0]!.id;
  /** The native tensor that `give` handed to the variable, to see whether someone assigned another. */
  let given: NativeTensorData | undefined;
  const copyOf = (id: number): number => {
    const scalar = binding.createTensor([], binding.TF_FLOAT, Float32Array.of(1));
    const type = listAttributes({ T: float32 });
    const product = native.binding.executeOp('Mul', type, [id, scalar], 1)[0]!.id;
    binding.deleteTensor(scalar);
    return product;
  };
  const assignId = (id: number): void => {
    native.binding.executeOp('AssignVariableOp', dtype, [handle, id], 0);
    binding.deleteTensor(id);
  };
  return {
    handle,
    assign: (value) => assignId(copyOf(idOf(native, value))),
    readId,
    read: () =>
      native.createOutputTensor({ id: readId(), shape: [...shape], dtype: binding.TF_FLOAT }),
    take(variable) {
      const data = native.tensorMap.get(variable.dataId);
      const isOurs = data === given && data.values === null;
      // Memory that came from elsewhere may be someone's array: the resource gets a copy.
      if (!isOurs) {
        const value = toFloat32(native, variable);
        assignId(copyOf(idOf(native, value)));
        if (value !== variable) value.dispose();
      }
      return { id: data.id, isReleased: data.refCount === 1 };
    },
    give(variable, id) {
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
      const attributes = listAttributes({ ignore_lookup_error: bool(true) });
      binding.executeOp('DestroyResourceOp', attributes, [handle], 0);
      binding.deleteTensor(handle);
    },
  };
}
