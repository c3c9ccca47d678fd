import { createAttributes, listAttributes } from '../kernels/operations.ts';
import type { Attributes } from '../kernels/operations.ts';
import type { NativeBackend, UpdateVariables } from '../loading/native-backend.ts';

/** What `applyUpdates` of the addon does, for addons without it: the same operations, started one by one from here. */
export function updateVariablesOneByOne(native: NativeBackend): UpdateVariables {
  const { binding } = native;
  const { bool, float32 } = createAttributes(binding);
  const run = (name: string, attributes: Attributes, inputs: readonly number[]): number =>
    binding.executeOp(name, listAttributes(attributes), inputs, hasOutput(name) ? 1 : 0)[0]?.id ??
    -1;
  const dtype = { dtype: float32 };
  return (operation, { usesNesterov, before, after, columns }, rows) => {
    const attributes = {
      T: float32,
      use_locking: bool(false),
      use_nesterov: bool(usesNesterov),
    };
    const update = (row: Int32Array): number => {
      const [id, isReleased, factor, gradient, resource, ...slots] = row as unknown as number[] &
        [number, number, number, number, number];
      if (factor !== -1) {
        const weight = id === -1 ? run('ReadVariableOp', dtype, [resource]) : id;
        const product = run('Mul', { T: float32 }, [weight, factor]);
        run('AssignVariableOp', dtype, [resource, product]);
        binding.deleteTensor(product);
        if (id === -1) binding.deleteTensor(weight);
      }
      if (isReleased === 1 && id !== -1) binding.deleteTensor(id);
      run(operation, attributes, [resource, ...slots, ...before, gradient, ...after]);
      return run('ReadVariableOp', dtype, [resource]);
    };
    return Int32Array.from({ length: rows.length / columns }, (_, at) =>
      update(rows.subarray(at * columns, (at + 1) * columns)),
    );
  };
}

function hasOutput(name: string): boolean {
  return name === 'ReadVariableOp' || name === 'Mul';
}
