import type { TensorData } from '@limber/engine';
import { batchNormEpsilon } from '../../networks/layers-network.ts';
import type { NodeOf } from './pose-graph.ts';

/** The weights of a batch norm, one number for each channel. */
export interface BatchNormWeights {
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** A node that a batch norm can be folded into. */
export type Foldable = NodeOf<'convolution' | 'depthwise' | 'deconvolution'>;

/** A convolution that gives at once what it and the batch norm after it gave. */
export function foldBatchNorm<Node extends Foldable>(
  node: Node,
  { gamma, beta, mean, variance }: BatchNormWeights,
): Node {
  const scale = gamma.map((value, at) => value / Math.sqrt(variance[at]! + batchNormEpsilon));
  const bias = beta.map((value, at) => value + (node.bias[at]! - mean[at]!) * scale[at]!);
  return { ...node, kernel: scaleFilters(node, scale), bias };
}

/** Filters are the last axis of a convolution's kernel; of a depthwise one and of a deconvolution's the third of four. */
function scaleFilters({ op, kernel }: Foldable, scale: Float32Array): TensorData {
  const behind = op === 'convolution' ? 1 : kernel.shape[3]!;
  const data = kernel.data.map(
    (value, at) => value * scale[Math.floor(at / behind) % scale.length]!,
  );
  return { ...kernel, data };
}
