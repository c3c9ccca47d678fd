import type * as tfjs from '@tensorflow/tfjs';
import type { NamedTensorMap, Tensor, TensorInfo } from '@tensorflow/tfjs';

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

/** tfjs's registries of kernels and gradients, for one backend: what is the same on every backend. */
export interface KernelRegistry {
  readonly tf: typeof tfjs;
  /** Whether a batch normalisation and the ReLU after it can be one kernel. */
  readonly hasNormalizedRelu: boolean;
  /** Whether there is a kernel `Swish`, with its gradient. */
  readonly hasSwish: boolean;
  /** The kernel there is now. */
  readonly getKernel: (name: string) => Kernel;
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

/** A registry in which kernels can be put in the place of those there may be. */
export interface OpenKernelRegistry extends KernelRegistry {
  readonly setKernel: (name: string, kernel: Kernel) => void;
  /** Wraps the kernel there is. */
  readonly wrapKernel: (name: string, wrap: (stock: Kernel) => Kernel) => void;
}

/** Opens tfjs's registries for the backend that it is set to. */
export function createKernelRegistry(
  tf: typeof tfjs,
  {
    hasNormalizedRelu,
    hasSwish = false,
  }: { readonly hasNormalizedRelu: boolean; readonly hasSwish?: boolean },
): OpenKernelRegistry {
  const backendName = tf.getBackend();
  const backend = tf.backend();
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
  const setKernel = (name: string, kernel: Kernel): void => {
    const stock = tf.getKernel(name, backendName) as tfjs.KernelConfig | undefined;
    if (stock !== undefined) tf.unregisterKernel(name, backendName);
    tf.registerKernel({
      ...stock,
      kernelName: name,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        kernel(inputs as Record<string, TensorInfo>, (attrs ?? {}) as KernelAttributes),
    });
  };
  return {
    tf,
    hasNormalizedRelu,
    hasSwish,
    setKernel,
    getKernel,
    wrapKernel: (name, wrap) => setKernel(name, wrap(getKernel(name))),
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
