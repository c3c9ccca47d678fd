import type { TensorData } from '@limber/engine';
import type { MapShape } from '../../networks/cost-network.ts';
import type { Padding, PoolingOptions } from '../../networks/network.ts';

/** A function of each number. */
export type Activation = 'relu' | 'relu6' | 'sigmoid' | 'hard-sigmoid' | 'silu' | 'gelu';

/** One operation of a trained network. Maps are [B, H, W, channels]. */
export type GraphNode =
  | ({
      readonly op: 'convolution';
      /** [height, width, input channels, filters]. */
      readonly kernel: TensorData;
      readonly bias: Float32Array;
      readonly stride: number;
      readonly padding: Padding;
    } & OneInput)
  | ({
      readonly op: 'depthwise';
      /** [height, width, channels, 1]. */
      readonly kernel: TensorData;
      readonly bias: Float32Array;
      readonly stride: number;
      readonly padding: Padding;
    } & OneInput)
  | ({
      readonly op: 'deconvolution';
      /** [4, 4, filters, input channels]; stride 2, one pixel cut off on every side. */
      readonly kernel: TensorData;
      readonly bias: Float32Array;
    } & OneInput)
  | ({ readonly op: Activation } & OneInput)
  | ({ readonly op: 'max-pool' } & PoolingOptions & OneInput)
  /** Over height and width, which stay as 1. */
  | ({ readonly op: 'mean-pool' } & OneInput)
  | ({
      readonly op: 'upsample';
      readonly interpolation: 'nearest' | 'bilinear';
      readonly factor: number;
    } & OneInput)
  | ({
      readonly op: 'layer-norm';
      readonly gamma: Float32Array;
      readonly beta: Float32Array;
      readonly epsilon: number;
    } & OneInput)
  /** Divided by the root mean square of the channels, which is at least `smallestLength`, times `gain`. */
  | ({
      readonly op: 'scale-norm';
      readonly gain: number;
      readonly smallestLength: number;
    } & OneInput)
  /** Times a number for each channel. */
  | ({ readonly op: 'scale'; readonly factor: Float32Array } & OneInput)
  /** Plus a map, [1, H, W, channels]. */
  | ({ readonly op: 'shift'; readonly map: TensorData } & OneInput)
  | ({ readonly op: 'attention'; readonly heads: number } & OneInput)
  /** Queries and keys are the base times a row of `scale` plus one of `offset`, both [2, keyWidth]. */
  | ({
      readonly op: 'gated-attention';
      readonly scale: TensorData;
      readonly offset: TensorData;
      readonly keyWidth: number;
    } & OneInput)
  /** [B, H, W, K] → [B, 1, K, H x W]. */
  | ({ readonly op: 'flatten' } & OneInput)
  | (Named & { readonly op: 'add' | 'multiply'; readonly inputs: readonly [string, string] })
  /** Channels behind each other. */
  | (Named & { readonly op: 'concat'; readonly inputs: readonly string[] });

interface Named {
  readonly name: string;
  /** Of its output, for one image. */
  readonly shape: MapShape;
}

interface OneInput extends Named {
  /** The name of a node before, or of the graph's input. */
  readonly input: string;
}

/** The node of one operation. */
export type NodeOf<Op extends GraphNode['op']> = Extract<GraphNode, { readonly op: Op }>;

/** A trained network as a list of operations, each after those that it needs. */
export interface PoseGraph {
  /** The name that stands for the normalised images. */
  readonly input: string;
  readonly nodes: readonly GraphNode[];
  /** The name of the node whose output is the model's. */
  readonly output: string;
}

/** The names that a node reads. */
export function inputsOf(node: GraphNode): readonly string[] {
  return 'inputs' in node ? node.inputs : [node.input];
}
