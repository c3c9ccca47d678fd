import type { TensorData } from '@limber/engine';
import { sizeOfShape } from '@limber/engine';
import { gatherStrided } from './strided-view.ts';

/** What PyTorch calls a weight, and how its axes lie there. */
interface TorchRole {
  /** Empty where the layer is the parameter. */
  readonly suffix: string;
  /** Which axis of PyTorch's tensor each axis of ours is. */
  readonly axes?: readonly number[];
  /** PyTorch's shape of the same numbers in the same order. */
  readonly shape?: (ours: readonly number[]) => readonly number[];
}

/**
 * Roles of weights by their names in tf.layers.
 *
 * A convolution is [filters, channels, height, width] in PyTorch and [height, width, channels, filters] here, a transposed
 * one [channels, filters, height, width] and [height, width, filters, channels]: the same turn of axes.
 */
const roles: Readonly<Record<string, TorchRole>> = {
  kernel: { suffix: '.weight', axes: [2, 3, 1, 0] },
  depthwise_kernel: { suffix: '.weight', axes: [2, 3, 0, 1] },
  bias: { suffix: '.bias' },
  gamma: { suffix: '.weight' },
  beta: { suffix: '.bias' },
  moving_mean: { suffix: '.running_mean' },
  moving_variance: { suffix: '.running_var' },
  // of RTMPose's head and of transformers
  gain: { suffix: '.g' },
  factor: { suffix: '.scale' },
  scale: { suffix: '.gamma' },
  offset: { suffix: '.beta' },
  embedding: {
    suffix: '',
    shape: ([, height, width, channels]) => [1, height! * width!, channels!],
  },
};

/** Where a weight lies in a PyTorch state dict whose modules have the names of our layers. */
export interface TorchPlace {
  readonly name: string;
  readonly shape: readonly number[];
  /** Lays PyTorch's numbers out as ours. */
  readonly toOurs: (values: Float32Array) => Float32Array;
}

/**
 * Finds the place of one of our weights.
 *
 * @param name - such as `backbone.bn1/gamma`.
 * @param shape - ours.
 */
export function torchPlaceOf(name: string, shape: readonly number[]): TorchPlace {
  const slash = name.lastIndexOf('/');
  const role = roles[name.slice(slash + 1)];
  if (role === undefined) throw new Error(`No weight of PyTorch is known for ${name}.`);
  const { suffix, axes } = role;
  const place = `${name.slice(0, slash)}${suffix}`;
  if (axes === undefined) {
    return { name: place, shape: role.shape?.(shape) ?? shape, toOurs: (values) => values };
  }
  const torchShape = shape.map((_, axis) => shape[axes.indexOf(axis)]!);
  return {
    name: place,
    shape: torchShape,
    toOurs: (values) => permute(values, torchShape, axes),
  };
}

/** A kernel of ours as PyTorch, and ONNX after it, lays it out. */
export function toTorchKernel(
  { shape, data }: Pick<TensorData, 'shape' | 'data'>,
  kind: 'convolution' | 'depthwise',
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const axes = kind === 'depthwise' ? [2, 3, 0, 1] : [3, 2, 0, 1];
  return { shape: axes.map((axis) => shape[axis]!), data: permute(data, shape, axes) };
}

/** A constant map of ours, [1, H, W, C], as [1, C, H, W]. */
export function toChannelsFirst({
  shape,
  data,
}: Pick<TensorData, 'shape' | 'data'>): Pick<TensorData, 'shape' | 'data'> {
  const axes = [0, 3, 1, 2];
  return { shape: axes.map((axis) => shape[axis]!), data: permute(data, shape, axes) };
}

/** Turns the axes of a tensor: axis i of the result is axis `axes[i]` of the source. */
function permute(
  values: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => sizeOfShape(shape.slice(axis + 1)));
  return gatherStrided(values, {
    offset: 0,
    shape: axes.map((axis) => shape[axis]!),
    strides: axes.map((axis) => strides[axis]!),
  });
}
