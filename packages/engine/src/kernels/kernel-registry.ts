import type * as tfjs from '@tensorflow/tfjs';
import type { NamedTensorMap, Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { CastPolicies, CastPolicy } from '../precision/cast-policy.ts';
import { tfjsCastPolicies } from '../precision/cast-policy.ts';
import { hasOneDnnKernels } from './onednn-kernels.ts';
import type { Operations } from './operations.ts';
import { createOperations } from './operations.ts';
import type { NativeBackend } from '../loading/native-backend.ts';

const backendName = 'tensorflow';

/** Attributes of a kernel, as tfjs passes them. */
export type KernelAttributes = Readonly<Record<string, unknown>>;

/** What computes one kernel's outputs from its named inputs. */
export type Kernel = (
  inputs: Readonly<Record<string, TensorInfo>>,
  attributes: KernelAttributes,
) => TensorInfo | TensorInfo[];

/** How to differentiate a kernel: what to keep of the forward pass, and the gradient of each input. */
interface KernelGradient {
  readonly inputsToSave?: readonly string[];
  readonly outputsToSave?: readonly boolean[];
  readonly gradient: (
    dys: readonly Tensor[],
    saved: readonly Tensor[],
    attributes: KernelAttributes,
  ) => Readonly<Record<string, () => Tensor>>;
}

/** What belongs to a kernel besides its code. */
interface KernelOptions {
  /**
   * How mixed precision treats the operations that the kernel runs. Those that tfjs-node's own kernels
   * run have a policy already; every other one must be here.
   */
  readonly cast: CastPolicies;
}

/** Puts kernels and gradients into tfjs's own registries. */
export interface KernelRegistry {
  readonly tf: typeof tfjs;
  readonly operations: Operations;
  /** How mixed precision treats TensorFlow's operations, by name. */
  readonly castPolicies: ReadonlyMap<string, CastPolicy>;
  /** Whether TensorFlow's own oneDNN kernels can be run by name, see `oneDnnAttributes`. */
  readonly hasOneDnn: boolean;
  /** Registers a kernel for the native backend, in place of the one there may be. */
  setKernel(name: string, kernel: Kernel, options: KernelOptions): void;
  /** The kernel there is now. */
  getKernel(name: string): Kernel;
  /** Wraps the kernel there is. */
  wrapKernel(name: string, wrap: (stock: Kernel) => Kernel, options: KernelOptions): void;
  setGradient(name: string, gradient: KernelGradient): void;
  /** The gradient there is now. */
  getGradient(name: string): KernelGradient;
  /** Runs a kernel through tfjs, so that it is recorded for differentiation. */
  run(
    name: string,
    inputs: Readonly<Record<string, Tensor>>,
    attributes?: KernelAttributes,
  ): Tensor;
  /** Runs a kernel with several outputs. */
  runAll(
    name: string,
    inputs: Readonly<Record<string, Tensor>>,
    attributes?: KernelAttributes,
  ): Tensor[];
}

/** Opens tfjs's registries for the native backend. */
export function createKernelRegistry(tf: typeof tfjs, backend: NativeBackend): KernelRegistry {
  const runKernel = (
    name: string,
    inputs: Readonly<Record<string, Tensor>>,
    attributes: KernelAttributes = {},
  ): unknown =>
    tf
      .engine()
      .runKernel(name, inputs as unknown as NamedTensorMap, attributes as tfjs.NamedAttrMap);
  const getKernel = (name: string): Kernel => {
    const { kernelFunc } = tf.getKernel(name, backendName);
    return (inputs, attributes) =>
      kernelFunc({ inputs, attrs: attributes as tfjs.NamedAttrMap, backend });
  };
  const castPolicies = new Map(Object.entries(tfjsCastPolicies));
  const setKernel = (name: string, kernel: Kernel, { cast }: KernelOptions): void => {
    for (const [operation, policy] of Object.entries(cast)) castPolicies.set(operation, policy);
    if (hasKernel(tf, name)) tf.unregisterKernel(name, backendName);
    tf.registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        kernel(inputs as Record<string, TensorInfo>, (attrs ?? {}) as KernelAttributes),
    });
  };
  const operations = createOperations(backend, castPolicies);
  return {
    tf,
    operations,
    castPolicies,
    hasOneDnn: hasOneDnnKernels(backend, operations),
    setKernel,
    getKernel,
    wrapKernel: (name, wrap, options) => setKernel(name, wrap(getKernel(name)), options),
    setGradient: (name, { inputsToSave = [], outputsToSave = [], gradient }) => {
      tf.registerGradient({
        kernelName: name,
        inputsToSave: [...inputsToSave],
        outputsToSave: [...outputsToSave],
        gradFunc: (dy, saved, attrs) => ({
          ...gradient(Array.isArray(dy) ? dy : [dy], saved, attrs as KernelAttributes),
        }),
      });
    },
    getGradient: (name) => {
      const stock = tf.getGradient(name);
      return {
        inputsToSave: stock.inputsToSave ?? [],
        outputsToSave: stock.outputsToSave ?? [],
        gradient: (dys, saved, attributes) =>
          stock.gradFunc(
            dys.length > 1 ? [...dys] : dys[0]!,
            [...saved],
            attributes as tfjs.NamedAttrMap,
          ),
      };
    },
    run: (name, inputs, attributes) => runKernel(name, inputs, attributes) as Tensor,
    runAll: (name, inputs, attributes) => runKernel(name, inputs, attributes) as Tensor[],
  };
}

function hasKernel(tf: typeof tfjs, name: string): boolean {
  return tf.getKernelsForBackend(backendName).some(({ kernelName }) => kernelName === name);
}
