import type * as tfjs from '@tensorflow/tfjs';
import type { NativeBackend } from '../loading/native-backend.ts';
import type { CastPolicies, CastPolicy } from '../precision/cast-policy.ts';
import { tfjsCastPolicies } from '../precision/cast-policy.ts';
import type { Kernel, KernelRegistry } from './kernel-registry.ts';
import { createKernelRegistry } from './kernel-registry.ts';
import { hasOneDnnKernels } from './onednn-kernels.ts';
import type { Operations } from './operations.ts';
import { createOperations } from './operations.ts';

/** What belongs to a native kernel besides its code. */
interface KernelOptions {
  /**
   * How mixed precision treats the operations that the kernel runs. Those that tfjs-node's own kernels
   * run have a policy already; every other one must be here.
   */
  readonly cast: CastPolicies;
}

/** The registries of the native backend, whose kernels run TensorFlow's operations. */
export interface NativeKernelRegistry extends KernelRegistry {
  readonly operations: Operations;
  /** How mixed precision treats TensorFlow's operations, by name. */
  readonly castPolicies: ReadonlyMap<string, CastPolicy>;
  /** Whether TensorFlow's own oneDNN kernels can be run by name, see `oneDnnAttributes`. */
  readonly hasOneDnn: boolean;
  /** Whether the addon's own operations can be run, whose names begin with `Limber`: only on the processor. */
  readonly hasOwnOperations: boolean;
  /** Registers a kernel for the native backend, in place of the one there may be. */
  setKernel(name: string, kernel: Kernel, options: KernelOptions): void;
  /** Wraps the kernel there is. */
  wrapKernel(name: string, wrap: (stock: Kernel) => Kernel, options: KernelOptions): void;
}

/** Opens tfjs's registries for the native backend. */
export function createNativeRegistry(
  tf: typeof tfjs,
  backend: NativeBackend,
): NativeKernelRegistry {
  const castPolicies = new Map(Object.entries(tfjsCastPolicies));
  const operations = createOperations(backend, castPolicies);
  const hasOneDnn = hasOneDnnKernels(backend, operations);
  const hasOwnOperations = backend.binding.ownOperations === '' && !backend.isUsingGpuDevice;
  const registry = createKernelRegistry(tf, {
    hasNormalizedRelu: hasOneDnn,
    hasSwish: hasOwnOperations,
  });
  const setKernel: NativeKernelRegistry['setKernel'] = (name, kernel, { cast }) => {
    for (const [operation, policy] of Object.entries(cast)) castPolicies.set(operation, policy);
    registry.setKernel(name, kernel);
  };
  return {
    ...registry,
    operations,
    castPolicies,
    hasOneDnn,
    hasOwnOperations,
    setKernel,
    wrapKernel: (name, wrap, options) => setKernel(name, wrap(registry.getKernel(name)), options),
  };
}
